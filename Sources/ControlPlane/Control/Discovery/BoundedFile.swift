// Reading a user's file whole, with a bound: what a path leads to may be anything, and the control
// thread must not wait for it.

internal import Glibc
internal import Linux

/// Files that are small if they are what they should be.
enum BoundedFile {
    /// Why there are no bytes.
    struct Unreadable: Error {
        /// In words for people.
        let text: String
    }

    /// The bytes of a regular file, of which there are no more than `limit`.
    static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        // O_NONBLOCK, or opening a FIFO would wait for its writer.
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw problem("cannot open", path, errno) }
        let file = FileDescriptor(owning: opened)
        var status = stat()
        guard unsafe fstat(file.rawValue, &status) == 0 else {
            throw problem("cannot read", path, errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Unreadable(text: "\(path) is not a regular file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(file.rawValue, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem("cannot read", path, errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw Unreadable(text: "\(path) is larger than \(limit >> 20) MiB")
    }

    private static func problem(_ what: String, _ path: String, _ code: Int32) -> Unreadable {
        Unreadable(text: "\(what) \(path): \(SystemError.text(of: code))")
    }
}
