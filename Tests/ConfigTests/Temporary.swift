// A directory for one test.

import Glibc

/// A fresh directory that is removed, with the files directly in it, when the value ends.
struct Temporary: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/sluice-config-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer {
            guard let start = $0.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        precondition(made, "mkdtemp: \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["file", "fifo"] { _ = unsafe unlink(path + "/" + name) }
        _ = unsafe rmdir(path)
    }

    /// Writes a file of that name.
    func write(_ bytes: [UInt8], to name: String) -> String {
        let file = path + "/" + name
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0)
        defer { _ = close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        precondition(count == bytes.count)
        return file
    }
}
