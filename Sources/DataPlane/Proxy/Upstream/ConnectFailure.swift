// Whom a connect that failed is due to, by its error number. What this process lacks says nothing of
// the backend, and must never count against it.

internal import Glibc

/// A cause of a connect's failure.
enum ConnectFailure: BitwiseCopyable {
    /// The process or the machine has no descriptor, memory or watch left (socket(2),
    /// epoll_ctl(2)): no other backend would fare better.
    case exhausted
    /// No port or address is left to come from. Ports are scarce for each destination by itself, so
    /// there may be some for another backend (connect(2), EADDRNOTAVAIL).
    case noPort
    /// The queue of a Unix socket is full (connect(2), EAGAIN): its backend lives, and is slow.
    case queueFull
    /// The backend's own, or of the way there.
    case backend

    /// The cause of an error number of socket(2), bind(2), connect(2) or epoll_ctl(2).
    init(_ code: Int32) {
        switch code {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC: self = .exhausted
        case EADDRNOTAVAIL, EADDRINUSE: self = .noPort
        case EAGAIN: self = .queueFull
        default: self = .backend
        }
    }
}
