// A backend that says its name and which cookies it was sent, in the plainest HTTP.

import Glibc
import Support

/// A server that answers each request with its name, a line end and the cookies that came with it.
final class NamedBackend: Sendable {
    /// Where it listens.
    let port: UInt16
    private let listening: TestSocket
    private let open = Locked<[TestSocket]>([])

    /// Listens on a port, 0 for any. Requests for `/wait` are not answered, those for `/fail` with
    /// status 503 if `fails`.
    init(_ name: String, port: UInt16 = 0, fails: Bool = false) {
        listening = TestSocket.listen(port: port)
        self.port = listening.port
        ThreadOfTest.start { [listening, open] in
            while let connection = listening.accept(milliseconds: 600_000) {
                open.withLock { $0.append(connection) }
                ThreadOfTest.start { Self.serve(connection, name, fails) }
            }
        }
    }

    deinit { stop() }

    /// Is gone: accepts no more and ends all connections.
    func stop() {
        shutdown(listening.descriptor, Int32(SHUT_RDWR))
        open.withLock { sockets in
            for socket in sockets { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
            sockets = []
        }
    }

    private static func serve(_ connection: TestSocket, _ name: String, _ fails: Bool) {
        var received: [UInt8] = []
        while case .bytes(let bytes) = connection.receive(milliseconds: 600_000) {
            received += bytes
            guard let head = received.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self)
                .split(separator: "\r\n")
            received.removeFirst(head.upperBound)
            if lines[0].contains("/wait") { continue }
            let cookies = lines.filter { $0.lowercased().hasPrefix("cookie:") }
            let body = "\(name)\n" + cookies.joined(separator: "\n")
            let status = fails && lines[0].contains("/fail") ? "503 Service Unavailable" : "200 OK"
            connection.send(
                "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
    }
}
