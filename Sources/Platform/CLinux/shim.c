// The calls themselves; what each one promises stands in the header. errno is read in the same
// expression as the call, so nothing can disturb it in between.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CLinux.h"

#define CL_RESULT(call)                     \
    do {                                    \
        long result = (long)(call);         \
        return result < 0 ? -errno : result; \
    } while (0)
#define CL_RESULT_RETRYING(call)                         \
    do {                                                 \
        long result;                                     \
        do {                                             \
            result = (long)(call);                       \
        } while (result < 0 && errno == EINTR);          \
        return result < 0 ? -errno : result;             \
    } while (0)

// Descriptors -----------------------------------------------------------------------------------

long cl_close(int fd) { CL_RESULT(close(fd)); }
long cl_read(int fd, void *buffer, size_t count) {
    CL_RESULT_RETRYING(read(fd, buffer, count));
}
long cl_write(int fd, const void *buffer, size_t count) {
    CL_RESULT_RETRYING(write(fd, buffer, count));
}
long cl_open(const char *path, int flags, uint32_t mode) {
    CL_RESULT_RETRYING(open(path, flags, (mode_t)mode));
}
long cl_poll_writable(int fd, int timeout_ms) {
    struct pollfd entry = {.fd = fd, .events = POLLOUT, .revents = 0};
    CL_RESULT_RETRYING(poll(&entry, 1, timeout_ms));
}
long cl_poll_readable(int fd, int timeout_ms) {
    struct pollfd entry = {.fd = fd, .events = POLLIN, .revents = 0};
    CL_RESULT_RETRYING(poll(&entry, 1, timeout_ms));
}
long cl_duplicate(int fd) { CL_RESULT(fcntl(fd, F_DUPFD_CLOEXEC, 3)); }
long cl_reap(void) { CL_RESULT_RETRYING(waitpid(-1, 0, WNOHANG)); }
void cl_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
long cl_unlink(const char *path) { CL_RESULT(unlink(path)); }
long cl_rename(const char *from, const char *to) { CL_RESULT(rename(from, to)); }
long cl_mkdir(const char *path, uint32_t mode) { CL_RESULT(mkdir(path, (mode_t)mode)); }
long cl_chmod(const char *path, uint32_t mode) { CL_RESULT(chmod(path, (mode_t)mode)); }
long cl_chown(const char *path, uint32_t uid, uint32_t gid) {
    CL_RESULT(chown(path, (uid_t)uid, (gid_t)gid));
}
long cl_lstat_mode(const char *path) {
    struct stat status;
    if (lstat(path, &status) < 0) return -errno;
    return (long)status.st_mode;
}
int cl_mode_is_socket(long mode) { return S_ISSOCK((mode_t)mode); }
long cl_user_id(const char *name) {
    errno = 0;
    struct passwd *entry = getpwnam(name);
    return entry ? (long)entry->pw_uid : -(errno ? errno : ENOENT);
}
long cl_group_id(const char *name) {
    errno = 0;
    struct group *entry = getgrnam(name);
    return entry ? (long)entry->gr_gid : -(errno ? errno : ENOENT);
}

// Sockets ---------------------------------------------------------------------------------------

long cl_socket(int family, int type) {
    CL_RESULT(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}
int cl_sock_stream(void) { return SOCK_STREAM; }
int cl_sock_dgram(void) { return SOCK_DGRAM; }
long cl_bind(int fd, const void *address, uint32_t length) {
    CL_RESULT(bind(fd, (const struct sockaddr *)address, length));
}
long cl_listen(int fd, int backlog) { CL_RESULT(listen(fd, backlog)); }
long cl_accept(int fd, void *address, uint32_t *length) {
    CL_RESULT_RETRYING(
        accept4(fd, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}
long cl_connect(int fd, const void *address, uint32_t length) {
    if (connect(fd, (const struct sockaddr *)address, length) == 0) return 0;
    return errno == EINTR ? -EINPROGRESS : -errno;
}
long cl_shutdown(int fd, int how) { CL_RESULT(shutdown(fd, how)); }
long cl_setsockopt_int(int fd, int level, int name, int value) {
    CL_RESULT(setsockopt(fd, level, name, &value, sizeof value));
}
long cl_getsockopt_int(int fd, int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    if (getsockopt(fd, level, name, &value, &length) < 0) return -errno;
    return value;
}
long cl_set_linger_zero(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    CL_RESULT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}
long cl_getsockname(int fd, void *address, uint32_t *length) {
    CL_RESULT(getsockname(fd, (struct sockaddr *)address, length));
}
long cl_getpeername(int fd, void *address, uint32_t *length) {
    CL_RESULT(getpeername(fd, (struct sockaddr *)address, length));
}
long cl_unsent_bytes(int fd) {
    int value = 0;
    if (ioctl(fd, SIOCOUTQ, &value) < 0) return -errno;
    return value;
}
long cl_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -errno;
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}

// Pipes and splice ------------------------------------------------------------------------------

long cl_pipe(int *ends) { CL_RESULT(pipe2(ends, O_NONBLOCK | O_CLOEXEC)); }
long cl_set_pipe_size(int fd, int bytes) { CL_RESULT(fcntl(fd, F_SETPIPE_SZ, bytes)); }
long cl_pipe_size(int fd) { CL_RESULT(fcntl(fd, F_GETPIPE_SZ)); }

// Events ----------------------------------------------------------------------------------------

long cl_epoll_create(void) { CL_RESULT(epoll_create1(EPOLL_CLOEXEC)); }
long cl_epoll_add(int epoll, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    CL_RESULT(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}
long cl_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    CL_RESULT(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
}
long cl_epoll_remove(int epoll, int fd) {
    struct epoll_event event = {.events = 0, .data = {.u64 = 0}};
    CL_RESULT(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event));
}
long cl_eventfd(void) { CL_RESULT(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

// Signals ---------------------------------------------------------------------------------------

long cl_ignore_signal(int number) {
    return signal(number, SIG_IGN) == SIG_ERR ? -errno : 0;
}
long cl_block_signals(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    return -pthread_sigmask(SIG_BLOCK, &set, 0);
}
long cl_signalfd(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    CL_RESULT(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}
long cl_read_signal(int fd) {
    struct signalfd_siginfo info;
    long count = cl_read(fd, &info, sizeof info);
    if (count == -EAGAIN) return 0;
    return count < 0 ? count : (long)info.ssi_signo;
}

// Calls by their numbers ------------------------------------------------------------------------

long cl_call(long number, long a, long b, long c, long d, long e, long f) {
    CL_RESULT(syscall(number, a, b, c, d, e, f));
}

// Errors ----------------------------------------------------------------------------------------

int cl_error_text(int code, char *buffer, size_t count) {
    const char *text = strerrordesc_np(code);
    if (!text) return -1;
    snprintf(buffer, count, "%s", text);
    return 0;
}

// Clocks ----------------------------------------------------------------------------------------

uint64_t cl_clock_ns(int clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
uint64_t cl_monotonic_ns(void) { return cl_clock_ns(CLOCK_MONOTONIC); }
uint64_t cl_realtime_ns(void) { return cl_clock_ns(CLOCK_REALTIME); }
uint64_t cl_process_cpu_ns(void) { return cl_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }
uint64_t cl_thread_cpu_ns(void) { return cl_clock_ns(CLOCK_THREAD_CPUTIME_ID); }

// Threads, limits and the machine ---------------------------------------------------------------

long cl_thread_create(
    unsigned long *thread, void *(*body)(void *), void *context, size_t stack_bytes) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    long result = -pthread_create(thread, &attributes, body, context);
    pthread_attr_destroy(&attributes);
    return result;
}
long cl_thread_join(unsigned long thread) { return -pthread_join(thread, 0); }
long cl_thread_set_batch(void) {
    // The system call, which speaks of the calling thread; musl's function of this name does nothing.
    struct sched_param parameters = {.sched_priority = 0};
    CL_RESULT(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &parameters));
}
void cl_thread_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
int cl_processor_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}
long cl_descriptor_limit(uint64_t *soft, uint64_t *hard) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    *soft = (uint64_t)limit.rlim_cur;
    *hard = (uint64_t)limit.rlim_max;
    return 0;
}
long cl_set_descriptor_limit(uint64_t soft, uint64_t hard) {
    struct rlimit limit = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    CL_RESULT(setrlimit(RLIMIT_NOFILE, &limit));
}
