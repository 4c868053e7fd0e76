// Questions to sluice's admin server, over its Unix socket: one request, one answer, waiting for it.

import Glibc

enum AdminSocket {
    /// The body of what `GET target` answers.
    static func get(_ target: String, from path: String) throws -> String {
        let descriptor = try connect(to: path)
        defer { close(descriptor) }
        var request = "GET \(target) HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n\r\n"
        let sent = request.withUTF8 { bytes in
            unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                == bytes.count
        }
        guard sent, let answer = Files.readToEnd(descriptor) else {
            throw BenchmarkError("ask \(path)", errno: errno)
        }
        let separator: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
        let status = Array("HTTP/1.1 200 ".utf8)
        guard answer.starts(with: status), let head = answer.firstRange(of: separator) else {
            throw BenchmarkError("\(path) does not answer to GET \(target)")
        }
        return String(decoding: answer[head.upperBound...], as: UTF8.self)
    }

    private static func connect(to path: String) throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw BenchmarkError("open a socket", errno: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { space in
            unsafe space.copyBytes(from: path.utf8)
        }
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(
                    descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else {
            let code = errno
            close(descriptor)
            throw BenchmarkError("connect to \(path)", errno: code)
        }
        return descriptor
    }
}
