// A backend whose answers are written by the test, octet by octet.

import Glibc
import Support
import Testing

/// A server that reads heads of requests and answers them by a closure.
final class ScriptedOrigin: Sendable {
    private let server: TestServer
    private let open: Locked<[Int32: TestSocket]>

    /// Where it listens.
    var port: UInt16 { server.port }

    /// Serves. The closure gets the head of a request and the connection, and says whether that goes
    /// on.
    init(_ answer: @escaping @Sendable (String, TestSocket) -> Bool) {
        let open = Locked<[Int32: TestSocket]>([:])
        self.open = open
        server = TestServer { connection in
            let number = connection.descriptor
            open.withLock { $0[number] = connection }
            var received: [UInt8] = []
            while case .bytes(let bytes) = connection.receive(milliseconds: 60_000) {
                received += bytes
                guard received.suffix(4).elementsEqual("\r\n\r\n".utf8) else { continue }
                guard answer(String(decoding: received, as: UTF8.self), connection) else { break }
                received = []
            }
            open.withLock { $0[number] = nil }
            connection.close()
        }
    }

    /// Ends the connections that wait for requests, which the program would keep for a while.
    func endConnections() {
        open.withLock { open in
            for connection in open.values { shutdown(connection.descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// One that answers every request alike.
    static func saying(_ answer: [UInt8]) -> ScriptedOrigin {
        ScriptedOrigin { _, connection in connection.send(answer) }
    }

    /// One that answers every request alike.
    static func saying(_ answer: String) -> ScriptedOrigin { saying(Array(answer.utf8)) }
}

extension SluiceProcess {
    /// Checks that all is clean once clients and origin have gone, and ends the process in order.
    func stop(_ clients: [AnswerReader], _ origin: ScriptedOrigin) throws {
        for client in clients { client.socket.close() }
        let isIdle = try eventually { try status().active == 0 }
        #expect(isIdle, "sessions are left")
        origin.endConnections()
        try stop()
    }
}
