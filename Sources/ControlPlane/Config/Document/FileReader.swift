// A file's bytes, read with a bound: what a path leads to may be anything.

import Glibc

/// Reads configuration files.
enum FileReader {
    /// The bytes of the regular file at `path`, at most `Limits.fileBytes`; or why there are none.
    static func bytes(of path: String) throws(Refusal) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw Refusal("the path holds a NUL byte") }
        // O_NONBLOCK, or opening a FIFO would wait for its writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Refusal("cannot open the file: \(reason(errno))") }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw Refusal("cannot read the file: \(reason(errno))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Refusal("is a directory, not a file")
        default: throw Refusal("is not a regular file")
        }
        guard status.st_size <= Limits.fileBytes else { throw tooLong }
        return try contents(of: descriptor)
    }

    private static var tooLong: Refusal {
        Refusal("the file is larger than \(Limits.fileBytes >> 20) MiB")
    }

    /// Reads to the end: the size that fstat(2) gave may be out of date, or zero in /proc.
    private static func contents(of descriptor: Int32) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Refusal("cannot read the file: \(reason(errno))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > Limits.fileBytes { throw tooLong }
        }
    }

    private static func reason(_ code: Int32) -> String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: words)
    }
}
