// A directory of one test, gone when the test is.

import Glibc

/// A new directory under /tmp, removed with all that is in it when it is released.
public final class TemporaryDirectory: Sendable {
    /// Its path.
    public let path: String

    /// Makes a directory.
    public init() {
        var template = Array("/tmp/sluice-test-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) })
        else {
            fatalError("mkdtemp: \(errno)")
        }
        path = String(cString: made)
    }

    deinit { _ = Command.run("/bin/rm", ["-rf", path]) }

    /// The path of a file in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in it and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) -> String {
        TextFile.write(text, to: file(name))
        return file(name)
    }
}

/// Whole files as text.
public enum TextFile {
    /// Writes a file, in place of what was there.
    public static func write(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "cannot write \(path): \(errno)")
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            precondition(written > 0, "cannot write \(path): \(errno)")
            bytes = bytes.dropFirst(written)
        }
    }

    /// Reads a file, empty when there is none.
    public static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        return String(decoding: readAll(descriptor), as: UTF8.self)
    }

    /// Reads a descriptor to its end, from where it stands.
    static func readAll(_ descriptor: Int32) -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return result }
            result += buffer[..<count]
        }
    }
}

/// Symbolic links.
enum SymbolicLink {
    /// What a link points to, empty when there is none.
    static func read(_ path: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}
