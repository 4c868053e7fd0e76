// The calls themselves; what each one promises stands in the header.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "CTun.h"

#define CT_RESULT(call)                      \
    do {                                     \
        long result = (long)(call);          \
        return result < 0 ? -errno : result; \
    } while (0)

// Namespaces -------------------------------------------------------------------------------------

long ct_namespace_open(void) {
    // Of the thread: /proc/self would be that of the process's first one.
    CT_RESULT(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}
long ct_namespace_make(void) { CT_RESULT(unshare(CLONE_NEWNET)); }
long ct_namespace_enter(int namespace) { CT_RESULT(setns(namespace, CLONE_NEWNET)); }

// Devices ----------------------------------------------------------------------------------------

static void set_name(struct ifreq *request, const char *name) {
    memset(request, 0, sizeof *request);
    strncpy(request->ifr_name, name, IFNAMSIZ - 1);
}

long ct_tun_open(const char *name) {
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct ifreq request;
    set_name(&request, name);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        long result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

// One ioctl of netdevice(7), through a socket that is there for it alone.
static long device_call(unsigned long number, struct ifreq *request) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    long result = ioctl(fd, number, request) < 0 ? -errno : 0;
    close(fd);
    return result;
}

static long set_internet_address(unsigned long number, const char *name, uint32_t value) {
    struct ifreq request;
    set_name(&request, name);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {value}};
    memcpy(&request.ifr_addr, &address, sizeof address);
    return device_call(number, &request);
}

long ct_device_set_address(const char *name, uint32_t address, uint32_t mask) {
    long result = set_internet_address(SIOCSIFADDR, name, address);
    return result < 0 ? result : set_internet_address(SIOCSIFNETMASK, name, mask);
}

long ct_device_set_up(const char *name) {
    struct ifreq request;
    set_name(&request, name);
    long result = device_call(SIOCGIFFLAGS, &request);
    if (result < 0) return result;
    request.ifr_flags |= IFF_UP;
    return device_call(SIOCSIFFLAGS, &request);
}

// Waiting ----------------------------------------------------------------------------------------

long ct_poll(struct pollfd *descriptors, int count, int64_t nanoseconds) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    CT_RESULT(ppoll(descriptors, (nfds_t)count, nanoseconds < 0 ? NULL : &limit, NULL));
}
