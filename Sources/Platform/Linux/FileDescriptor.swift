// A descriptor with one owner, for set-up and the control plane. Sockets of sessions live as raw
// numbers in the data plane's slots instead, where one function closes them.

internal import CLinux

/// One open descriptor, closed when its owner goes away.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number. It must not outlive its owner.
    public let rawValue: Int32

    /// Takes ownership of an open descriptor.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "a descriptor is never negative")
        self.rawValue = rawValue
    }

    deinit { FileDescriptor.close(rawValue) }

    /// Gives the number away; the caller closes it.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Closes a raw descriptor. A descriptor that is not open is a broken invariant and traps,
    /// since by then the number may be somebody else's. The corresponding call is `close(2)`.
    public static func close(_ rawValue: Int32) {
        let result = IOResult(cl_close(rawValue))
        precondition(result.errno != 9 /* EBADF */, "closed a descriptor that was not open")
    }
}
