// Files, whole: read, write, list, find and remove. Not for large data, except `writeZeros`.

import FoundationEssentials
import Glibc

enum Files {
    /// The whole file as text, or nil where it cannot be read. Files of /proc say that they are
    /// empty, so this reads to the end and trusts no size.
    static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return readToEnd(descriptor).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is left to be read of a file or a stream, or nil where it fails.
    static func readToEnd(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// A body for the backend to serve. What is in it matters to nobody on the way.
    static func writeZeros(count: Int, to path: String) throws {
        try write([UInt8](repeating: 0, count: count), to: path)
    }

    /// Names in a directory; none where it is gone, as those of a process are once it ended.
    static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    /// A new directory of our own. `Cleanup` removes it.
    static func makeTemporaryDirectory() throws -> String {
        var template = Array("/tmp/sluice-benchmarks.XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe mkdtemp(buffer.baseAddress!) != nil
        }
        guard made else { throw BenchmarkError("make a directory in /tmp", errno: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func removeTree(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Where a program is: PATH first, then where Debian keeps servers, which the PATH of an
    /// ordinary user leaves out.
    static func findProgram(_ name: String) throws -> String {
        if name.contains("/") { return name }
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        let directories = path.split(separator: ":").map(String.init)
        for directory in directories + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            let candidate = "\(directory)/\(name)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw BenchmarkError("\(name) is not installed")
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw BenchmarkError("write \(path)", errno: errno) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw BenchmarkError("write \(path)", errno: errno) }
            done += count
        }
    }
}
