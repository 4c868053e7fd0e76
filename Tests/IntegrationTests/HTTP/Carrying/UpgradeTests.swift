import Glibc
import Support
import Testing

/// Connections that go over to another protocol, such as WebSocket (RFC 6455, section 4).
@Suite("Upgrades")
struct UpgradeTests {
    private static let request = """
        GET /chat HTTP/1.1\r
        Host: a.test\r
        Connection: keep-alive, Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r

        """

    private static let switching = """
        HTTP/1.1 101 Switching Protocols\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
        \r

        """

    /// A backend that switches, greets, and sends back what it gets until the end.
    private static func echo(_ greeting: String = "") -> HTTPBackend {
        HTTPBackend { request, peer in
            let isAsked =
                request.head["Connection"]?.lowercased() == "upgrade"
                && request.head["Upgrade"] == "websocket"
            guard isAsked else { return peer.respond(request.target) }
            peer.send(switching + greeting)
            while true {
                let octet = peer.read(1)
                guard !octet.isEmpty, peer.send(octet + peer.readReady()) else { break }
            }
            peer.socket.shutdownWrite()
            return false
        }
    }

    @Test("carry octets both ways from the first one on")
    func echo() throws {
        let backend = Self.echo("welcome")
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        // The client does not wait for the switch.
        client.send(Self.request + "early")
        let head = client.readHead()
        #expect(head?.start == "HTTP/1.1 101 Switching Protocols")
        #expect(head?["Connection"]?.lowercased() == "upgrade" && head?["Upgrade"] == "websocket")
        #expect(head?["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(client.read(12) == Array("welcomeearly".utf8))
        for round in 0..<50 {
            client.send("message \(round)")
            #expect(client.read("message \(round)".utf8.count).count > 8)
        }
        client.socket.shutdownWrite()
        #expect(client.readAll() == [])
        let seen = backend.take()
        #expect(seen.count == 1)
        #expect(seen.first?.request.head["Sec-WebSocket-Key"] == "dGhlIHNhbXBsZSBub25jZQ==")
        backend.stop()
        try sluice.stop()
    }

    @Test("carry bulk both ways at once, and each end by itself")
    func bulk() throws {
        let count = 32 << 20
        let server = TestServer { socket in
            let reader = BulkReader(socket)
            guard reader.head() != nil else { return }
            socket.send(Self.switching)
            let isSent = Locked(false)
            ThreadOfTest.start {
                BulkOctets.send(socket, 0..<count)
                isSent.withLock { $0 = true }
            }
            // The client's end comes while the other direction goes on.
            let isSame = reader.matches(0..<count) && reader.isAtEnd()
            guard eventually({ isSent.withLock { $0 } }) else { return }
            socket.send(isSame ? "same" : "else")
            socket.shutdownWrite()
        }
        let sluice = SluiceProcess(httpTo: [server.port])
        let client = try #require(TestSocket.connect(port: try sluice.front()))
        client.send(Self.request)
        let reader = BulkReader(client)
        #expect(reader.head()?.status == 101)
        ThreadOfTest.start {
            BulkOctets.send(client, 0..<count)
            client.shutdownWrite()
        }
        #expect(reader.matches(0..<count))
        #expect((0..<4).compactMap { _ in reader.octet() } == Array("same".utf8))
        #expect(reader.isAtEnd())
        #expect((sluice.metric("sluice_worker_spliced_total") ?? 0) > 0)
        client.close()
        try sluice.stop()
    }

    @Test("that the backend does not make leave the connection as it was")
    func refused() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        for round in 0..<3 {
            client.send(Self.request)
            #expect(client.readResponse()?.text == "/chat ")
            #expect(client.ask("/\(round)")?.text == "/\(round) ")
        }
        #expect(backend.connections == 1)
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("are not offered by a client of HTTP/1.0, nor forced on one that did not ask")
    func unasked() throws {
        let backend = HTTPBackend { request, peer in
            guard request.head["Upgrade"] == nil else { return peer.respond("asked") }
            return request.target == "/force" ? peer.send(Self.switching) : peer.respond("plain")
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let old = try sluice.client()
        old.send("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(old.readResponse()?.text == "plain")
        let client = try sluice.client()
        #expect(client.ask("/force")?.status == 502)
        #expect(client.ask("/")?.text == "plain")
        client.close()
        old.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("end by a reset where one side resets", arguments: [false, true])
    func reset(byClient: Bool) throws {
        let listening = TestSocket.listen()
        let sluice = SluiceProcess(httpTo: [listening.port])
        let client = try sluice.client()
        client.send(Self.request)
        let backend = HTTPPeer(try #require(listening.accept()))
        #expect(backend.readHead() != nil)
        backend.send(Self.switching)
        #expect(client.readHead()?.status == 101)
        let (one, other) = byClient ? (client, backend) : (backend, client)
        one.socket.reset()
        #expect(other.socket.receive() == .failed(ECONNRESET))
        try sluice.stop()
    }
}
