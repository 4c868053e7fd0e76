import Glibc
import Linux
import Support
import Testing

@Suite("What a hostile client of the admin socket can do")
struct HostileAdminTests {
    private static let inputs: [(name: String, bytes: [UInt8])] = [
        ("garbage", (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) } + crlf + crlf),
        ("NULs", [UInt8](repeating: 0, count: 2000) + crlf + crlf),
        ("NUL in a field", Array("GET /live HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n".utf8)),
        ("no request line", Array("\r\n\r\n".utf8)),
        ("two words", Array("GET /live\r\n\r\n".utf8)),
        ("no path", Array("GET live HTTP/1.1\r\n\r\n".utf8)),
        ("another version", Array("GET /live HTTP/2.0\r\n\r\n".utf8)),
        (
            "chunked",
            Array(
                "POST /reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    .utf8)
        ),
        (
            "two lengths",
            Array(
                "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
                    .utf8)
        ),
        (
            "equal lengths",
            Array(
                "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"
                    .utf8)
        ),
        (
            "a length below zero",
            Array("POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".utf8)
        ),
        (
            "a huge length",
            Array(
                "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\n"
                    .utf8)
        ),
        (
            "a length beyond numbers",
            Array(
                "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"
                    .utf8)
        ),
        ("a space before the colon", Array("GET /live HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n".utf8)),
        ("no host", Array("GET /live HTTP/1.1\r\n\r\n".utf8)),
        ("two hosts", Array("GET /live HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n".utf8)),
        ("a folded line", Array("GET /live HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n".utf8)),
        ("bare LF", Array("GET /live HTTP/1.1\nHost: x\n\n\r\n\r\n".utf8)),
        ("bytes above ASCII", Array("GET /l\u{ef}ve HTTP/1.1\r\n\r\n".utf8)),
    ]
    private static let crlf = Array("\r\n".utf8)

    @Test("ill-formed requests are refused, the connection ends, and all goes on")
    func illFormed() throws {
        let server = TestServer.echo()
        let sluice = Self.start(server)
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        for (name, bytes) in Self.inputs {
            let connection = try #require(AdminHTTP(sluice.socketPath))
            connection.socket.send(bytes)
            let answer = connection.receive()
            #expect(
                [400, 411, 413, 505].contains(answer?.status),
                "\(name): \(String(describing: answer))")
            #expect(connection.socket.receive() == .end, "\(name)")
            #expect(Client.echoes(session), "\(name)")
        }
        #expect(try sluice.status().generation == 1, "one of them reloaded")
        session.close()
        try sluice.stop()
    }

    @Test("heads without end, half requests and clients that never read cost no memory and no time")
    func endless() throws {
        let server = TestServer.echo()
        let sluice = Self.start(server)
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        let before = sluice.resources.residentKiB

        let long = try #require(AdminHTTP(sluice.socketPath))
        // The process may close before all was sent.
        long.socket.send("GET /live HTTP/1.1\r\nHost: x\r\nA: ")
        for _ in 0..<256 {
            guard long.socket.send([UInt8](repeating: 0x61, count: 4096)) else { break }
        }
        let answer = long.receive(milliseconds: 1000)
        #expect(answer == nil || answer?.status == 431)

        let halves = [
            "G", "GET /live HTTP/1.1\r\n",
            "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
        ]
        let silent = try halves.map { half in
            let connection = try #require(AdminHTTP(sluice.socketPath))
            connection.socket.send(half)
            return connection
        }
        // Asks for far more than the socket holds, and reads nothing of it.
        let deaf = try #require(AdminHTTP(sluice.socketPath))
        deaf.socket.set(SOL_SOCKET, SO_SNDBUF, 1 << 20)
        let many = [UInt8](
            (0..<1500).flatMap { _ in Array("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".utf8) })
        _ = fcntl(deaf.socket.descriptor, F_SETFL, O_NONBLOCK)
        deaf.socket.send(many)

        #expect(Client.echoes(session))
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.status == 200)
        #expect(try sluice.status().active == 1)
        if !SluiceProcess.isSanitized {
            #expect(sluice.resources.residentKiB - before < 8192)
        }
        withExtendedLifetime((silent, deaf)) {}
        session.close()
        (silent + [deaf, long]).forEach { $0.socket.close() }
        try sluice.stop()
    }

    @Test("70 connections that say nothing hold up neither relaying nor other clients")
    func idleConnections() throws {
        let server = TestServer.echo()
        let sluice = Self.start(server)
        let port = try sluice.port(of: "one")
        let session = try #require(TestSocket.connect(port: port))
        let idle = (0..<70).compactMap { _ in TestSocket.connect(unix: sluice.socketPath) }
        #expect(idle.count == 70)
        for _ in 0..<100 { #expect(Client.echoes(session)) }
        #expect(Client.echoes(TestSocket.connect(port: port)))
        let start = Clock.monotonicMilliseconds
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.status == 200)
        let waited = Clock.monotonicMilliseconds - start
        #expect(waited < 5000, "another client waited for \(waited) ms")
        let held = sluice.resources.descriptors
        idle.forEach { $0.close() }
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.status == 200)
        #expect(eventually { sluice.resources.descriptors <= held - 60 })
        session.close()
        try sluice.stop()
    }

    private static func start(_ server: TestServer) -> SluiceProcess {
        SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """)
    }
}
