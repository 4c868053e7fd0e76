// Reading a small text file of the kernel's whole. Not for files of users, whose size is unknown.

internal import CLinux
internal import Glibc

/// Small files, such as those under /proc and /sys.
public enum SmallFile {
    /// The first `limit` bytes of a file as text, or nil when it cannot be read.
    public static func read(_ path: String, limit: Int) -> String? {
        let opened = unsafe path.withCString {
            unsafe IOResult(cl_open($0, O_RDONLY | O_CLOEXEC, 0))
        }
        guard opened.isSuccess else { return nil }
        let file = FileDescriptor(owning: Int32(opened.count))
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let result = unsafe bytes.withUnsafeMutableBytes {
                unsafe IOResult(
                    cl_read(file.rawValue, $0.baseAddress?.advanced(by: filled), limit - filled))
            }
            guard result.isSuccess else { return nil }
            if result.count == 0 { break }
            filled += result.count
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }
}
