import Glibc
import Support
import Testing

/// CONNECT, where a listener allows it: a tunnel through a backend, which is what makes or refuses
/// it (RFC 9110, section 9.3.6).
@Suite("Tunnels by CONNECT")
struct ConnectTests {
    private static let request = "CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\n\r\n"
    private static let allowed = "connect: true"

    /// A backend that makes the tunnel, greets, and sends back what comes until the end.
    private static func echo(_ greeting: String = "") -> HTTPBackend {
        HTTPBackend { request, peer in
            guard request.method == "CONNECT" else { return peer.respond(request.target) }
            peer.send("HTTP/1.1 200 Connected\r\n\r\n" + greeting)
            while case let octet = peer.read(1), !octet.isEmpty {
                guard peer.send(octet + peer.readReady()) else { break }
            }
            peer.send("the end")
            peer.socket.shutdownWrite()
            return false
        }
    }

    @Test("carry octets both ways, from those on that the client did not wait with")
    func tunnel() throws {
        let backend = Self.echo("welcome")
        let sluice = SluiceProcess(httpTo: [backend.port], http: Self.allowed)
        let client = try sluice.client()
        client.send(Self.request + "early")
        let head = client.readHead()
        #expect(head?.start == "HTTP/1.1 200 Connected")
        #expect(head?["Connection"] == nil && head?["Transfer-Encoding"] == nil)
        #expect(client.read(12) == Array("welcomeearly".utf8))
        for round in 0..<50 {
            // What looks like a request is none here.
            let text = "GET /\(round) HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(text)
            #expect(client.read(text.utf8.count) == Array(text.utf8))
        }
        // Half closed, it still gets what the backend has to say.
        client.socket.shutdownWrite()
        #expect(client.readAll() == Array("the end".utf8))
        let seen = backend.take()
        #expect(seen.map(\.request.head.start) == ["CONNECT far.test:443 HTTP/1.1"])
        #expect(seen.first?.request.head["Host"] == "far.test:443")
        #expect(seen.first?.request.head["X-Forwarded-For"] == "127.0.0.1")
        #expect(backend.openConnections == 0, "a tunnel's connection is kept")
        #expect(try sluice.waitForEnd("completed"))
        backend.stop()
        try sluice.stop()
    }

    @Test("end for the client when the backend is done, while the client may still send")
    func backendHalfCloses() throws {
        let listening = TestSocket.listen()
        let sluice = SluiceProcess(httpTo: [listening.port], http: Self.allowed)
        let client = try sluice.client()
        client.send(Self.request)
        let backend = HTTPPeer(try #require(listening.accept()))
        #expect(backend.readHead()?.words.first == "CONNECT")
        backend.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbye")
        backend.socket.shutdownWrite()
        // A length says nothing here (RFC 9110, section 8.6).
        #expect(client.readHead()?.status == 200)
        #expect(client.readAll() == Array("bye".utf8))
        client.send("still here")
        client.socket.shutdownWrite()
        #expect(backend.readAll() == Array("still here".utf8))
        #expect(try sluice.waitForEnd("completed"))
        try sluice.stop()
    }

    @Test("carry bulk both ways at once")
    func bulk() throws {
        let count = 8 << 20
        let server = TestServer { socket in
            let reader = BulkReader(socket)
            guard reader.head() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\n\r\n")
            ThreadOfTest.start {
                BulkOctets.send(socket, 0..<count)
                socket.shutdownWrite()
            }
            _ = reader.matches(0..<count) && reader.isAtEnd()
        }
        let sluice = SluiceProcess(httpTo: [server.port], http: Self.allowed)
        let client = try #require(TestSocket.connect(port: try sluice.front()))
        client.send(Self.request)
        let reader = BulkReader(client)
        #expect(reader.head()?.status == 200)
        let isSent = Locked(false)
        ThreadOfTest.start {
            BulkOctets.send(client, 0..<count)
            client.shutdownWrite()
            isSent.withLock { $0 = true }
        }
        #expect(reader.matches(0..<count) && reader.isAtEnd())
        #expect(eventually { isSent.withLock { $0 } })
        #expect(try sluice.waitForEnd("completed"))
        client.close()
        try sluice.stop()
    }

    @Test(
        "that the backend refuses bring its answer, and nothing behind them is taken for a request",
        arguments: ["403 Forbidden", "502 Bad Gateway", "302 Found"])
    func refused(status: String) throws {
        let backend = HTTPBackend { request, peer in
            guard request.method == "CONNECT" else { return peer.respond("smuggled") }
            return peer.respond("not there", status: status, fields: "X-Why: policy\r\n")
        }
        let sluice = SluiceProcess(httpTo: [backend.port], http: Self.allowed)
        for early in ["", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}"] {
            let client = try sluice.client()
            client.send(Self.request + early)
            let response = client.readResponse()
            #expect(response?.head.start == "HTTP/1.1 \(status)" && response?.text == "not there")
            #expect(response?.head["X-Why"] == "policy")
            #expect(response?.head["Connection"] == "close", "\(early)")
            #expect(client.readAll() == [], "\(early)")
            client.close()
        }
        #expect(backend.take().map(\.request.method) == ["CONNECT", "CONNECT", "CONNECT"])
        // The backend's connection is as good as after any answer.
        #expect(backend.connections == 1)
        backend.stop()
        try sluice.stop()
    }

    @Test("that nobody can be reached for are answered with 502, and closed")
    func unreachable() throws {
        let refusing = try RefusingPort()
        let sluice = SluiceProcess(httpTo: [refusing.port], http: Self.allowed)
        let client = try sluice.client()
        client.send(Self.request + "early")
        let response = client.readResponse()
        #expect(response?.status == 502 && response?.head["Connection"] == "close")
        #expect(client.readAll() == [])
        try sluice.stop()
    }

    @Test("are answered with 405 where they are not allowed, and nothing reaches a backend")
    func notAllowed() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        for early in ["", "early", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"] {
            let client = try sluice.client()
            client.send(Self.request + early)
            let response = client.readResponse()
            #expect(response?.status == 405 && response?.head["Connection"] == "close")
            #expect(response?.head["Allow"]?.contains("CONNECT") == false)
            #expect(client.readAll() == [], "\(early)")
            client.close()
        }
        #expect(backend.connections == 0)
        backend.stop()
        try sluice.stop()
    }

    @Test("are refused with a body of their own, which they cannot have")
    func body() throws {
        let backend = Self.echo()
        let sluice = SluiceProcess(httpTo: [backend.port], http: Self.allowed)
        for fields in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
            let client = try sluice.client()
            client.send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\(fields)\r\n\r\nhello")
            #expect(client.readResponse()?.status == 400, "\(fields)")
            #expect(client.readAll() == [], "\(fields)")
        }
        #expect(backend.connections == 0)
        backend.stop()
        try sluice.stop()
    }
}
