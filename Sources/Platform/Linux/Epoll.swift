// The event queue. It knows descriptors and 64-bit tokens, and not what either stands for; this is
// the seam behind which another kind of queue could stand.

internal import CLinux

/// One thing that happened to one descriptor.
public struct Event: BitwiseCopyable, Sendable {
    /// What the descriptor was added with.
    public let token: UInt64
    /// What happened.
    public let readiness: Readiness
}

/// One epoll instance and the space that its events arrive in. Used by the thread that made it;
/// `deinit` closes it.
@safe public struct Epoll: ~Copyable {
    private let descriptor: FileDescriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// Makes an instance that hands out up to `eventsPerWait` events at once. The corresponding
    /// call is `epoll_create1(2)`.
    public init(eventsPerWait: Int) throws(SystemError) {
        let result = try IOResult(cl_epoll_create()).orThrow("epoll_create1")
        descriptor = FileDescriptor(owning: Int32(result))
        unsafe events = .allocate(capacity: eventsPerWait)
    }

    deinit { unsafe events.deallocate() }

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
        Self.remove(socket, from: rawValue)
    }

    /// The same for another instance, by its descriptor: any thread may.
    public static func remove(_ socket: Int32, from epoll: Int32) -> IOResult {
        IOResult(cl_epoll_remove(epoll, socket))
    }

    /// Waits up to `timeout` milliseconds (-1: for ever) and returns how many events there are to
    /// take with `event`. A signal is reported as no events. Traps on errors, which only a broken
    /// descriptor can cause. The corresponding call is `epoll_wait(2)`.
    public borrowing func wait(timeout: Int32) -> Int {
        let result = unsafe SystemCall.epollWait.once(
            Int(rawValue), Int(bitPattern: events.baseAddress), events.count, Int(timeout))
        if result.isInterrupted { return 0 }
        precondition(result.isSuccess, "epoll_wait failed")
        return result.count
    }

    /// One of the events of the last `wait`.
    public borrowing func event(_ index: Int) -> Event {
        let event = unsafe events[index]
        return unsafe Event(token: event.data.u64, readiness: Readiness(rawValue: event.events))
    }

    /// The descriptor's number.
    public var rawValue: Int32 { descriptor.rawValue }
}
