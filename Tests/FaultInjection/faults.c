// System calls that misbehave at random, as the kernel may: preloaded into the program under test,
// of which it troubles the threads named "sluice-worker" alone. It invents nothing that the
// kernel's manual pages rule out, and loses no byte by itself.
//
// The environment says how often, in calls of 10,000: FAULT_SHORT (short reads and writes),
// FAULT_AGAIN (EAGAIN), FAULT_INTERRUPT (EINTR), FAULT_STARVE (ENOBUFS, ENOMEM on moving bytes),
// FAULT_EXHAUST (EMFILE and ECONNABORTED of accept4, EMFILE of pipe2), and FAULT_BREAK, the faults
// that cost a session: ECONNRESET, and failures of socket, connect, epoll_ctl, getsockopt and
// shutdown. FAULT_SEED begins the sequence. FAULT_NO_PORT is a port that nothing connects to for want
// of one to come from (EADDRNOTAVAIL of connect).
//
// Descriptors are watched by edges. Whoever hears EAGAIN or gets less than it asked for may wait
// for the next edge, so after such a lie the descriptor's registration is written again
// (epoll_ctl(2), EPOLL_CTL_MOD), which makes the kernel report what is ready.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// The call itself, looked up once.
#define REAL(name)                                         \
    (*({                                                   \
        static __typeof__(&name) found;                    \
        if (!found) found = (__typeof__(&name))real(#name); \
        found;                                             \
    }))
enum { DESCRIPTORS = 1 << 16, WHOLE = 10000 };

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

// Rates -----------------------------------------------------------------------------------------

static uint32_t rate_short, rate_again, rate_interrupt, rate_starve, rate_exhaust, rate_break;
static uint64_t seed;
static uint16_t unreachable_port;

static uint64_t number(const char *name) {
    const char *text = getenv(name);
    return text ? strtoull(text, 0, 10) : 0;
}

__attribute__((constructor)) static void read_environment(void) {
    rate_short = (uint32_t)number("FAULT_SHORT");
    rate_again = (uint32_t)number("FAULT_AGAIN");
    rate_interrupt = (uint32_t)number("FAULT_INTERRUPT");
    rate_starve = (uint32_t)number("FAULT_STARVE");
    rate_exhaust = (uint32_t)number("FAULT_EXHAUST");
    rate_break = (uint32_t)number("FAULT_BREAK");
    seed = number("FAULT_SEED");
    unreachable_port = (uint16_t)number("FAULT_NO_PORT");
}

// Chance ----------------------------------------------------------------------------------------

static __thread uint64_t state;
static uint64_t threads;

static uint64_t chance(void) {
    if (!state) {
        uint64_t thread = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
        state = (seed + thread) * 0x9E3779B97F4A7C15u | 1;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> 11;
}

static int happens(uint32_t rate) { return chance() % WHOLE < rate; }

static int fails(int code) {
    errno = code;
    return -1;
}

// A thread has its name from its first turn on, and keeps it.
static int is_worker(void) {
    static __thread int answer;
    if (answer) return answer > 0;
    char name[17] = {0};
    if (prctl(PR_GET_NAME, name, 0, 0, 0) == 0 && !strcmp(name, "sluice-worker")) answer = 1;
    return answer > 0;
}

// Edges -----------------------------------------------------------------------------------------

static struct {
    int epoll;
    struct epoll_event event;
} watched[DESCRIPTORS];

static int is_watched(int fd) { return fd >= 0 && fd < DESCRIPTORS && watched[fd].epoll; }

// Has the kernel say again what is ready.
static void arm(int fd) {
    if (!is_watched(fd)) return;
    int kept = errno;
    struct epoll_event event = watched[fd].event;
    // A listening socket that was paused, or a pipe, is not to be woken.
    if (event.events & EPOLLET) REAL(epoll_ctl)(watched[fd].epoll, EPOLL_CTL_MOD, fd, &event);
    errno = kept;
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
    if (is_worker() && operation == EPOLL_CTL_ADD && happens(rate_break)) return fails(ENOMEM);
    int result = REAL(epoll_ctl)(epoll, operation, fd, event);
    if (result == 0 && fd >= 0 && fd < DESCRIPTORS) {
        watched[fd].epoll = operation == EPOLL_CTL_DEL ? 0 : epoll;
        if (event) watched[fd].event = *event;
    }
    return result;
}

int close(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS) watched[fd].epoll = 0;
    return REAL(close)(fd);
}

// Resets a connection in earnest (connect(2), AF_UNSPEC): a socket of which one call says
// ECONNRESET must be broken for all others and for its peer too. True when it was done: never
// while bytes wait to be received, since this would drop them, and a reset from a peer does not.
static int break_connection(int fd) {
    int waiting = 0;
    if (ioctl(fd, FIONREAD, &waiting) < 0 || waiting > 0) return 0;
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    return REAL(connect)(fd, &nobody, sizeof nobody) == 0;
}

// Moving bytes ----------------------------------------------------------------------------------

// Fails the call on `fd` now and then: true with errno set. `other` is the socket at the other end
// of a splice, or -1.
static int move_fails(int fd, int other) {
    if (happens(rate_interrupt)) {
        errno = EINTR;
        return 1;
    }
    if (happens(rate_again)) {
        arm(fd);
        arm(other);
        errno = EAGAIN;
        return 1;
    }
    if (happens(rate_starve)) {
        errno = chance() & 1 ? ENOBUFS : ENOMEM;
        return 1;
    }
    if (happens(rate_break) && break_connection(is_watched(fd) ? fd : other)) {
        errno = ECONNRESET;
        return 1;
    }
    return 0;
}

static size_t shortened(size_t count) {
    if (count < 2 || !happens(rate_short)) return count;
    size_t most = chance() & 1 ? count - 1 : (count < 64 ? count - 1 : 64);
    return 1 + chance() % most;
}

ssize_t recv(int fd, void *buffer, size_t count, int flags) {
    if (!is_worker()) return REAL(recv)(fd, buffer, count, flags);
    if (move_fails(fd, -1)) return -1;
    size_t asked = shortened(count);
    ssize_t result = REAL(recv)(fd, buffer, asked, flags);
    // It would have been longer, so what is left is owed an edge.
    if (asked < count && result == (ssize_t)asked) arm(fd);
    return result;
}

ssize_t send(int fd, const void *buffer, size_t count, int flags) {
    if (!is_worker()) return REAL(send)(fd, buffer, count, flags);
    if (move_fails(fd, -1)) return -1;
    return REAL(send)(fd, buffer, shortened(count), flags);
}

ssize_t splice(
    int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned flags) {
    if (!is_worker()) return REAL(splice)(from, from_offset, to, to_offset, count, flags);
    if (move_fails(from, to)) return -1;
    return REAL(splice)(from, from_offset, to, to_offset, shortened(count), flags);
}

// The program moves bytes by their numbers.
long syscall(long number, ...) {
    va_list list;
    long a[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    switch (number) {
    case SYS_recvfrom: return recv((int)a[0], (void *)a[1], (size_t)a[2], (int)a[3]);
    case SYS_sendto: return send((int)a[0], (const void *)a[1], (size_t)a[2], (int)a[3]);
    case SYS_splice:
        return splice((int)a[0], (void *)a[1], (int)a[2], (void *)a[3], (size_t)a[4], (unsigned)a[5]);
    default: return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}

// Making and ending connections -----------------------------------------------------------------

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    if (is_worker()) {
        if (happens(rate_interrupt)) return fails(EINTR);
        if (happens(rate_again)) return fails(EAGAIN);
        if (happens(rate_exhaust)) {
            static const int codes[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO};
            return fails(codes[chance() % (sizeof codes / sizeof *codes)]);
        }
    }
    return REAL(accept4)(fd, address, length, flags);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (is_worker() && unreachable_port && address->sa_family == AF_INET
        && ntohs(((const struct sockaddr_in *)address)->sin_port) == unreachable_port)
        return fails(EADDRNOTAVAIL);
    if (is_worker() && happens(rate_break)) {
        static const int codes[] = {ENOBUFS, EADDRNOTAVAIL, ECONNREFUSED, ENETUNREACH};
        return fails(codes[chance() % (sizeof codes / sizeof *codes)]);
    }
    int result = REAL(connect)(fd, address, length);
    int goes_on = result == 0 || errno == EINPROGRESS;
    // A signal interrupts the wait and not the connect.
    if (is_worker() && goes_on && happens(rate_interrupt)) return fails(EINTR);
    return result;
}

int socket(int family, int type, int protocol) {
    if (is_worker() && happens(rate_break)) return fails(chance() & 1 ? EMFILE : ENOBUFS);
    return REAL(socket)(family, type, protocol);
}

int pipe2(int ends[2], int flags) {
    if (is_worker() && happens(rate_exhaust)) return fails(chance() & 1 ? EMFILE : ENFILE);
    return REAL(pipe2)(ends, flags);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
    // What makes a reset a reset and keeps urgent bytes does not fail in any kernel; tuning may.
    int is_tuning = level != SOL_SOCKET;
    if (is_worker() && is_tuning && happens(rate_starve)) return fails(ENOBUFS);
    return REAL(setsockopt)(fd, level, name, value, length);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    if (is_worker() && happens(rate_break)) return fails(ENOBUFS);
    return REAL(getsockopt)(fd, level, name, value, length);
}

int shutdown(int fd, int how) {
    if (is_worker() && happens(rate_break)) break_connection(fd);
    return REAL(shutdown)(fd, how);
}
