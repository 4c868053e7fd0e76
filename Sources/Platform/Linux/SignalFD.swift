// Signals as events on the control thread. No handler ever runs: signals are blocked for every
// thread and read from a descriptor.

internal import Glibc
internal import CLinux

/// The signals that the process takes as events (signalfd(2)).
public struct SignalFD: ~Copyable {
    private let descriptor: FileDescriptor

    /// Blocks `numbers` for the calling thread and all threads started later, and makes them
    /// readable. Call it before the first thread is started.
    public init(_ numbers: [Int32]) throws(SystemError) {
        let blocked = unsafe numbers.withUnsafeBufferPointer {
            unsafe IOResult(cl_block_signals($0.baseAddress, Int32($0.count)))
        }
        _ = try blocked.orThrow("pthread_sigmask")
        let opened = unsafe numbers.withUnsafeBufferPointer {
            unsafe IOResult(cl_signalfd($0.baseAddress, Int32($0.count)))
        }
        descriptor = FileDescriptor(owning: Int32(try opened.orThrow("signalfd")))
    }

    /// The number to watch for readability.
    public var rawValue: Int32 { descriptor.rawValue }

    /// The next pending signal, or nil when there is none.
    public borrowing func next() -> Int32? {
        let number = cl_read_signal(rawValue)
        return number > 0 ? Int32(number) : nil
    }

    /// Ignores a signal for the whole process. SIGPIPE must be: splice(2) to a reset socket
    /// raises it.
    public static func ignore(_ number: Int32) {
        let result = cl_ignore_signal(number)
        precondition(result == 0, "signal() refused to ignore \(number)")
    }
}
