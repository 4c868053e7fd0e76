// What can happen to a descriptor, in the kernel's own flags.

internal import CLinux

/// What a descriptor is watched for, and what an event says happened (epoll_ctl(2)).
public struct Readiness: OptionSet, BitwiseCopyable, Sendable {
    /// The kernel's flags.
    public let rawValue: UInt32
    /// Wraps the kernel's flags.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes, a connection or the end of the stream can be read.
    public static var readable: Readiness { Readiness(rawValue: CL_EPOLLIN) }
    /// Bytes can be written, or a connect has ended.
    public static var writable: Readiness { Readiness(rawValue: CL_EPOLLOUT) }
    /// Urgent data is in the stream (tcp(7)): a short read proves nothing then.
    public static var urgent: Readiness { Readiness(rawValue: CL_EPOLLPRI) }
    /// The socket has a pending error.
    public static var failed: Readiness { Readiness(rawValue: CL_EPOLLERR) }
    /// Both directions are closed.
    public static var hungUp: Readiness { Readiness(rawValue: CL_EPOLLHUP) }
    /// The peer has closed its sending direction.
    public static var peerClosed: Readiness { Readiness(rawValue: CL_EPOLLRDHUP) }
    /// Report changes only, not states.
    public static var edgeTriggered: Readiness { Readiness(rawValue: CL_EPOLLET) }

    /// How a connection is watched: registered once, for all that can happen to it.
    public static var connection: Readiness {
        [.readable, .writable, .urgent, .peerClosed, .edgeTriggered]
    }
}
