// Network namespaces, TUN devices and a wait to the nanosecond, made callable for Swift, which sees
// none of them through glibc's headers. Every function returns its result or -errno. No logic lives
// here, no state and no allocation.
#ifndef CTUN_H
#define CTUN_H

#include <poll.h>
#include <stdint.h>

// The network namespace of the calling thread, as a descriptor.
long ct_namespace_open(void);
// Moves the calling thread into a new network namespace: unshare(2), CLONE_NEWNET.
long ct_namespace_make(void);
// Moves the calling thread into the network namespace behind a descriptor: setns(2).
long ct_namespace_enter(int namespace);

// A new TUN device in the calling thread's network namespace, as a descriptor that does not block.
// Each read(2) and write(2) is one IP packet without any header before it. The device goes when the
// descriptor is closed.
long ct_tun_open(const char *name);
// Gives a device of the calling thread's namespace an IPv4 address; both in network byte order.
long ct_device_set_address(const char *name, uint32_t address, uint32_t mask);
// Takes a device of the calling thread's namespace up.
long ct_device_set_up(const char *name);

// ppoll(2); forever when `nanoseconds` is negative. How many are ready.
long ct_poll(struct pollfd *descriptors, int count, int64_t nanoseconds);

#endif
