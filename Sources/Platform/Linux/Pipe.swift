// A kernel pipe that bytes pass through on their way from one socket to another without entering
// this process (splice(2)). A pipe may hold more than its nominal capacity; nothing here assumes
// otherwise.

internal import CLinux

/// Both ends of a non-blocking pipe, as raw numbers. The `PipePool` that made it closes it.
public struct Pipe: BitwiseCopyable, Sendable {
    /// Where bytes come out.
    public let readEnd: Int32
    /// Where bytes go in.
    public let writeEnd: Int32

    /// Makes a pipe of up to `capacity` bytes, or nil when the kernel has none to give. When the
    /// kernel refuses the size (EPERM past /proc/sys/fs/pipe-user-pages-soft), it keeps what it
    /// got: smaller, and as good. The corresponding calls are `pipe2(2)` and `fcntl(2)` with
    /// F_SETPIPE_SZ.
    public static func open(capacity: Int) -> Pipe? {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &ends) { pointer in
            unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
                unsafe IOResult(cl_pipe($0))
            }
        }
        guard result.isSuccess else { return nil }
        _ = cl_set_pipe_size(ends.1, Int32(clamping: capacity))
        return Pipe(readEnd: ends.0, writeEnd: ends.1)
    }

    /// Moves up to `count` bytes from `socket` into the pipe; 0 is the end of the stream.
    public func fill(from socket: Int32, count: Int) -> IOResult {
        Self.splice(from: socket, to: writeEnd, count)
    }

    /// Moves up to `count` bytes from the pipe to `socket`. SIGPIPE must be ignored: splice(2)
    /// knows no MSG_NOSIGNAL.
    public func drain(to socket: Int32, count: Int) -> IOResult {
        Self.splice(from: readEnd, to: socket, count)
    }

    private static func splice(from: Int32, to: Int32, _ count: Int) -> IOResult {
        let flags = CL_SPLICE_F_MOVE | CL_SPLICE_F_NONBLOCK
        return SystemCall.splice(Int(from), 0, Int(to), 0, count, flags)
    }

    /// The capacity that the kernel granted, in bytes.
    public var capacity: Int { max(0, cl_pipe_size(writeEnd)) }

    /// Closes both ends, and loses what is inside.
    public func close() {
        FileDescriptor.close(readEnd)
        FileDescriptor.close(writeEnd)
    }
}
