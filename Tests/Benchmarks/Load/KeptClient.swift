// A client that asks once and keeps its connection, one at a time; not for load.

import Glibc

enum KeptClient {
    private static let request = Array(
        "GET \(WebBackend.smallPath) HTTP/1.1\r\nHost: backend\r\n\r\n".utf8)
    /// What a good answer begins and ends with.
    private static let status = Array("HTTP/1.1 200 ".utf8)
    private static let end = Array("\r\n\r\n\(WebBackend.smallBody)\n".utf8)

    /// A connection whose one request has been answered whole; nil where that does not come.
    static func open(port: UInt16) throws -> Int32? {
        guard let descriptor = try Loopback.connect(port: port) else { return nil }
        if exchange(descriptor) { return descriptor }
        close(descriptor)
        return nil
    }

    private static func exchange(_ descriptor: Int32) -> Bool {
        let sent = unsafe request.withUnsafeBytes { bytes in
            unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == request.count else { return false }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !answer.suffix(end.count).elementsEqual(end) {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            guard count > 0 else { return false }
            answer += chunk[..<count]
        }
        return answer.starts(with: status)
    }
}
