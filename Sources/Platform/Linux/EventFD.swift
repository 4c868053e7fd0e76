// A descriptor that wakes another thread's event queue.

internal import CLinux

/// A counter in the kernel that makes an epoll wake up (eventfd(2)). `signal` may be called from
/// any thread, `clear` from the thread that waits.
public struct EventFD: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Makes a counter at zero.
    public init() throws(SystemError) {
        descriptor = FileDescriptor(owning: Int32(try IOResult(cl_eventfd()).orThrow("eventfd")))
    }

    /// The number to watch for readability.
    public var rawValue: Int32 { descriptor.rawValue }

    /// Makes the descriptor readable. A counter that is full is readable already.
    public borrowing func signal() { Self.signal(rawValue) }

    /// Makes the counter of that number readable, for those who hold only the number.
    public static func signal(_ rawValue: Int32) {
        var one: UInt64 = 1
        _ = unsafe cl_write(rawValue, &one, 8)
    }

    /// Makes the descriptor unreadable until the next `signal`.
    public borrowing func clear() {
        var value: UInt64 = 0
        _ = unsafe cl_read(rawValue, &value, 8)
    }
}
