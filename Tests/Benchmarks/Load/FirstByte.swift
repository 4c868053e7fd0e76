// What a client waits for when it comes anew: the time from the beginning of its connection to the
// first byte of the answer. One at a time; not for load.

import Glibc

enum FirstByte {
    private static let request = Array(
        "GET \(WebBackend.smallPath) HTTP/1.1\r\nHost: backend\r\nConnection: close\r\n\r\n".utf8)

    /// Opens a connection, sends one request and reads the answer to its end. Seconds to the first
    /// byte; nil where the answer does not come or does not come whole.
    static func measure(port: UInt16) throws -> Double? {
        let begin = Clock.now()
        guard let descriptor = try Loopback.connect(port: port) else { return nil }
        defer { close(descriptor) }
        let sent = unsafe request.withUnsafeBytes { bytes in
            unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == request.count, Loopback.receiveByte(from: descriptor) else { return nil }
        let seconds = Clock.now() - begin
        var rest = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe rest.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            guard count > 0 else { return count == 0 ? seconds : nil }
        }
    }
}
