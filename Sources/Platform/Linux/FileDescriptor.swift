// A descriptor with one owner, for set-up and the control plane. Sockets of sessions live as raw
// numbers in the data plane's slots instead, where one function closes them.

internal import CLinux
internal import Glibc

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
        precondition(result.errno != EBADF, "closed a descriptor that was not open")
    }
}

extension FileDescriptor {
    /// Opens a file to append to, making it with mode 0644 if it is missing. A FIFO that nobody
    /// reads is an error (ENXIO) rather than a wait. The corresponding call is `open(2)` with
    /// O_APPEND and O_NONBLOCK.
    public static func openForAppending(_ path: String) throws(SystemError) -> FileDescriptor {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let opened = unsafe path.withCString { unsafe IOResult(cl_open($0, flags, 0o644)) }
        return FileDescriptor(owning: Int32(try opened.orThrow("open")))
    }

    /// True when a write would not block now; see `poll(2)`. A regular file always is.
    public static func isWritable(_ rawValue: Int32) -> Bool {
        cl_poll_writable(rawValue, 0) > 0
    }

    /// Writes some of the bytes. See `write(2)`.
    public static func write(_ rawValue: Int32, _ bytes: UnsafeRawBufferPointer) -> IOResult {
        unsafe IOResult(cl_write(rawValue, bytes.baseAddress, bytes.count))
    }
}

extension FileDescriptor {
    /// Waits until a read would not block; false when the time is up. See `poll(2)`.
    public static func waitReadable(_ rawValue: Int32, milliseconds: Int32) -> Bool {
        cl_poll_readable(rawValue, milliseconds) > 0
    }
}
