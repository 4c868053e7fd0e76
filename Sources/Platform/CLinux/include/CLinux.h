// The kernel's calls in a shape Swift can use without cost: every function returns its result or
// -errno in one word, repeats itself on EINTR where a repeat is right, and every flag has one
// integer type. No logic lives here, no state and no allocation.
//
// The header declares and shim.c defines: glibc's GNU extensions (accept4, pipe2, splice) change
// types that the importer has already seen without them, so they stay out of what Swift reads.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

// Constants -------------------------------------------------------------------------------------
// glibc declares these as enums, macros of several types, or not at all for the importer.

static const uint32_t CL_EPOLLIN = EPOLLIN;
static const uint32_t CL_EPOLLOUT = EPOLLOUT;
static const uint32_t CL_EPOLLPRI = EPOLLPRI;
static const uint32_t CL_EPOLLERR = EPOLLERR;
static const uint32_t CL_EPOLLHUP = EPOLLHUP;
static const uint32_t CL_EPOLLRDHUP = EPOLLRDHUP;
static const uint32_t CL_EPOLLET = (uint32_t)EPOLLET;
// What shutdown(2) takes; the same numbers in every Linux.
static const int CL_SHUT_WR = 1;

// Descriptors -----------------------------------------------------------------------------------

// close(2) is never repeated: on Linux the descriptor is gone even when it reports EINTR.
long cl_close(int fd);
long cl_read(int fd, void *buffer, size_t count);
long cl_write(int fd, const void *buffer, size_t count);
long cl_open(const char *path, int flags, uint32_t mode);
long cl_poll_writable(int fd, int timeout_ms);
long cl_poll_readable(int fd, int timeout_ms);
long cl_duplicate(int fd);
// Reaps one child that has ended: its pid, 0 when there is none, or -errno.
long cl_reap(void);
void cl_end_with_parent(void);
long cl_unlink(const char *path);
long cl_rename(const char *from, const char *to);
long cl_mkdir(const char *path, uint32_t mode);
long cl_chmod(const char *path, uint32_t mode);
long cl_chown(const char *path, uint32_t uid, uint32_t gid);
// The file type and permission bits of a path without following a final link, or -errno.
long cl_lstat_mode(const char *path);
int cl_mode_is_socket(long mode);
long cl_user_id(const char *name);
long cl_group_id(const char *name);

// Sockets ---------------------------------------------------------------------------------------

long cl_socket(int family, int type);
int cl_sock_stream(void);
int cl_sock_dgram(void);
long cl_bind(int fd, const void *address, uint32_t length);
long cl_listen(int fd, int backlog);
// accept4(2) reports pending network errors of the new socket as its own; the caller treats them
// like ECONNABORTED (accept(2), "Error handling").
long cl_accept(int fd, void *address, uint32_t *length);
// An interrupted connect(2) goes on by itself, so EINTR is EINPROGRESS and never a repeat.
long cl_connect(int fd, const void *address, uint32_t length);
long cl_shutdown(int fd, int how);
long cl_setsockopt_int(int fd, int level, int name, int value);
long cl_getsockopt_int(int fd, int level, int name);
long cl_set_linger_zero(int fd);
long cl_getsockname(int fd, void *address, uint32_t *length);
long cl_getpeername(int fd, void *address, uint32_t *length);
// Bytes sent but not yet acknowledged by the peer (tcp(7), SIOCOUTQ).
long cl_unsent_bytes(int fd);
// The peer's credentials of a Unix socket, as pid, uid and gid.
long cl_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid);

// Pipes and splice ------------------------------------------------------------------------------

long cl_pipe(int *ends);
long cl_set_pipe_size(int fd, int bytes);
long cl_pipe_size(int fd);

// Events ----------------------------------------------------------------------------------------

long cl_epoll_create(void);
long cl_epoll_add(int epoll, int fd, uint32_t events, uint64_t data);
long cl_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data);
long cl_epoll_remove(int epoll, int fd);
long cl_eventfd(void);

// Signals ---------------------------------------------------------------------------------------

long cl_ignore_signal(int number);
// Blocks the given signals for the calling thread, and for the threads it starts later.
long cl_block_signals(const int *numbers, int count);
long cl_signalfd(const int *numbers, int count);
// The next pending signal's number, 0 when there is none, or -errno.
long cl_read_signal(int fd);

// Calls by their numbers ------------------------------------------------------------------------
// For the calls made per event. glibc's recv, send, splice and epoll_wait are cancellation points:
// in a process with threads each pays two locked operations for pthread_cancel(3), which nothing
// here uses. And after a call into the kernel the processor no longer knows where functions return
// to, so each function around the instruction costs a wrong guess.

static const long CL_SYS_RECVFROM = SYS_recvfrom;
static const long CL_SYS_SENDTO = SYS_sendto;
static const long CL_SYS_SPLICE = SYS_splice;
static const long CL_SYS_EPOLL_PWAIT = SYS_epoll_pwait;
static const long CL_MSG_PEEK = 0x2;
static const long CL_MSG_DONTWAIT = 0x40;
static const long CL_MSG_NOSIGNAL = 0x4000;
static const long CL_MSG_MORE = 0x8000;
static const long CL_SPLICE_F_MOVE = 1;
static const long CL_SPLICE_F_NONBLOCK = 2;

// Through syscall(2), which a library loaded before libc can stand in for.
long cl_call(long number, long a, long b, long c, long d, long e, long f);

// The same without any function around it; the registers are those of syscall(2).
static inline long cl_call_inline(
    long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory", "cc");
    return x0;
#else
    return cl_call(number, a, b, c, d, e, f);
#endif
}

// Errors ----------------------------------------------------------------------------------------

// Writes the text of an error number, NUL-terminated; 0, or -1 when there is none.
int cl_error_text(int code, char *buffer, size_t count);

// Clocks ----------------------------------------------------------------------------------------

uint64_t cl_clock_ns(int clock);
uint64_t cl_monotonic_ns(void);
uint64_t cl_realtime_ns(void);
// Processor time of all threads of the process.
uint64_t cl_process_cpu_ns(void);
// Processor time of the calling thread: a system call, unlike the other clocks.
uint64_t cl_thread_cpu_ns(void);

// Threads, limits and the machine ---------------------------------------------------------------

long cl_thread_create(
    unsigned long *thread, void *(*body)(void *), void *context, size_t stack_bytes);
long cl_thread_join(unsigned long thread);
// The calling thread never interrupts another when it wakes (SCHED_BATCH, sched(7)).
long cl_thread_set_batch(void);
void cl_thread_set_name(const char *name);
// How many processors this process may run on (sched_getaffinity(2)), at least 1.
int cl_processor_count(void);
long cl_descriptor_limit(uint64_t *soft, uint64_t *hard);
long cl_set_descriptor_limit(uint64_t soft, uint64_t hard);

#endif
