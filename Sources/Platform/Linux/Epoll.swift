// The event queue. It knows descriptors and 64-bit tokens, and not what either stands for; this is
// the seam behind which another kind of queue could stand.

public import CLinux

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

/// One epoll instance. Used by the thread that made it; `deinit` closes it.
public struct Epoll: ~Copyable {
    private let descriptor: FileDescriptor

    /// Makes an instance. The corresponding call is `epoll_create1(2)`.
    public init() throws(SystemError) {
        let result = try IOResult(cl_epoll_create()).orThrow("epoll_create1")
        descriptor = FileDescriptor(owning: Int32(result))
    }

    /// Watches `socket` and hands `token` back with each of its events.
    public borrowing func add(_ socket: Int32, _ interest: Readiness, token: UInt64) -> IOResult {
        IOResult(cl_epoll_add(rawValue, socket, interest.rawValue, token))
    }

    /// Changes what `socket` is watched for.
    public borrowing func modify(
        _ socket: Int32, _ interest: Readiness, token: UInt64
    ) -> IOResult {
        IOResult(cl_epoll_modify(rawValue, socket, interest.rawValue, token))
    }

    /// Stops watching `socket`. Closing a socket does the same by itself.
    public borrowing func remove(_ socket: Int32) -> IOResult {
        IOResult(cl_epoll_remove(rawValue, socket))
    }

    /// Waits up to `timeout` milliseconds (-1: for ever) and fills `events`; returns how many it
    /// filled. A signal is reported as no events. Traps on errors, which only a broken descriptor
    /// or buffer can cause. The corresponding call is `epoll_wait(2)`.
    public borrowing func wait(
        _ events: UnsafeMutableBufferPointer<epoll_event>, timeout: Int32
    ) -> Int {
        let result = unsafe IOResult(
            cl_epoll_wait(rawValue, events.baseAddress, Int32(events.count), timeout))
        precondition(result.isSuccess, "epoll_wait failed")
        return result.count
    }

    /// The descriptor's number.
    public var rawValue: Int32 { descriptor.rawValue }
}
