import Glibc
import Support
import Testing

/// Handshakes that come to nothing, and those that take their time.
@Suite("TLS handshakes", .enabled(if: Command.exists("python3")))
struct HandshakeTests {
    /// Gives a script `hello(version)`, which makes a ClientHello.
    private static let hello = """
        def hello(version=None):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            made = context(version).wrap_bio(incoming, outgoing, server_hostname="a.example.com")
            try: made.do_handshake()
            except ssl.SSLWantReadError: pass
            return outgoing.read()

        """

    @Test(
        "a request without TLS is told that there is TLS, whatever is spoken within",
        arguments: ["http", "tcp"])
    func plainRequest(protocol: String) throws {
        let server = TestServer.echo()
        let front = try TLSFront(to: [server.port], http: `protocol` == "http" ? "" : nil)
        for request in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROPFIND /x HTTP/1.0\r\n\r\n"] {
            let client = try #require(HTTPPeer(port: front.port))
            // In two halves, as far as that goes.
            client.send(String(request.prefix(3)))
            #expect(client.socket.receive(milliseconds: 50) == .nothing)
            client.send(String(request.dropFirst(3)))
            let answer = client.readResponse()
            #expect(answer?.head.status == 400)
            #expect(answer?.head["Content-Type"] == "text/plain; charset=utf-8")
            #expect(answer?.head["Connection"] == "close")
            #expect(answer?.text.contains("https://") == true && answer?.isWhole == true)
            #expect(client.isEnded())
            client.close()
        }
        // Its end may come with it.
        let ending = try #require(HTTPPeer(port: front.port))
        ending.send("HEAD / HTTP/1.0\r\n\r\n")
        ending.socket.shutdownWrite()
        #expect(ending.readHead()?.status == 400)
        ending.close()
        #expect(eventually { front.ended("tls_handshake_failed") == 3 })
        #expect(front.metric("handshakes_total", "result=\"plain_http\"") == 3)
        #expect(front.metric("handshakes_in_flight") == 0)
        try front.sluice.stop()
    }

    @Test("what is no TLS ends the connection, and nothing is said")
    func garbage() throws {
        let server = TestServer.echo()
        let front = try TLSFront(to: [server.port], http: nil)
        let texts = ["SSH-2.0-OpenSSH_9.2\r\n", "\0\0\0", "PING\r\n", "get /\r\n", "\u{15}\u{3}"]
        for text in texts {
            let client = try #require(TestSocket.connect(port: front.port))
            client.send(text)
            switch client.receive() {
            case .end, .failed: break
            case let other: Issue.record("\(text.debugDescription): \(other)")
            }
        }
        #expect(front.metric("handshakes_total", "result=\"not_tls\"") == Double(texts.count))
        // Records of TLS with nonsense in them.
        let records: [[UInt8]] = [
            [22, 3, 1, 0, 4, 1, 2, 3, 4], [22, 3, 1, 255, 255, 1], [22, 9, 9, 0, 1, 0],
        ]
        for octets in records {
            let client = try #require(TestSocket.connect(port: front.port))
            client.send(octets + [UInt8](repeating: 0, count: 70_000))
            while case .bytes = client.receive() {}
        }
        #expect(eventually { front.metric("handshakes_in_flight") == 0 })
        #expect(front.ended("tls_handshake_failed") == Double(texts.count + records.count))
        #expect(Self.serves(front))
        try front.sluice.stop()
    }

    @Test("a client that takes too long is let go of, and one that only looks is not counted")
    func timeout() throws {
        let server = TestServer.echo()
        let front = try TLSFront(
            to: [server.port], http: nil, tls: "handshake_timeout: 300ms,")
        let silent = try #require(TestSocket.connect(port: front.port))
        let slow = try #require(TestSocket.connect(port: front.port))
        slow.send([22, 3, 1])
        #expect(front.metric("handshakes_in_flight") == 2)
        #expect(silent.receive() == .end)
        #expect(slow.receive() != .nothing)
        #expect(front.ended("tls_handshake_timeout") == 2)
        #expect(front.metric("handshakes_total", "result=\"timeout\"") == 2)
        try #require(TestSocket.connect(port: front.port)).close()
        try #require(TestSocket.connect(port: front.port)).reset()
        #expect(eventually { front.ended("abandoned") == 2 })
        #expect(front.metric("handshakes_total") == 2)
        try front.sluice.stop()
    }

    @Test("a ClientHello that is cut anywhere ends, and one in two pieces is whole")
    func cuts() throws {
        let server = TestServer.echo()
        let front = try TLSFront(to: [server.port], http: nil)
        let python = front.python(
            Self.hello + """
                for version in versions:
                    whole = hello(version)
                    for end in range(1, len(whole) + 1):
                        for close in ["half", "full"]:
                            plain = socket.create_connection(("127.0.0.1", port), 20)
                            plain.sendall(whole[:end])
                            if close == "half":
                                plain.shutdown(socket.SHUT_WR)
                                try:
                                    while plain.recv(10000): pass
                                except ConnectionResetError: pass
                            plain.close()
                    # As slowly as it goes: each octet in a segment of its own.
                    class Slow(socket.socket):
                        def send(self, data, *rest): return super().send(data[:1], *rest)
                    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                    made = context(version).wrap_bio(
                        incoming, outgoing, server_hostname="a.example.com")
                    plain = socket.create_connection(("127.0.0.1", port), 20)
                    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    while True:
                        try:
                            made.do_handshake()
                            done = True
                        except ssl.SSLWantReadError: done = False
                        for octet in outgoing.read(): plain.send(bytes([octet]))
                        if done: break
                        incoming.write(plain.recv(10000))
                    made.write(b"hello")
                    plain.sendall(outgoing.read())
                    while True:
                        try:
                            if made.read(10) != b"hello": print("no echo")
                            break
                        except ssl.SSLWantReadError: incoming.write(plain.recv(10000))
                    plain.close()
                    print("done")
                """)
        #expect(python.output == "done\ndone\n", "\(python)")
        #expect(eventually { front.metric("handshakes_in_flight") == 0 })
        #expect(front.metric("handshakes_total", "result=\"handshake_cut_short\"") > 300)
        #expect(Self.serves(front))
        try front.sluice.stop()
    }

    @Test("what both sides cannot agree upon is counted by its reason")
    func disagreements() throws {
        let server = TestServer.echo()
        let authority = TestAuthority()
        let front = try TLSFront(
            to: [server.port], http: nil, tls: "preset: modern, alpn: [ postgresql ],",
            authority: authority)
        let python = front.python(
            """
            def fails(made, checks=True):
                try:
                    stream = connect(made)
                    stream.sendall(b"x")
                    stream.recv(1)
                    print("it worked")
                except ssl.SSLError: pass
            fails(context(ssl.TLSVersion.TLSv1_2))
            made = context()
            made.set_alpn_protocols(["h2"])
            fails(made)
            fails(ssl.create_default_context())
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        for result in ["protocol_version", "no_application_protocol", "alert_unknown_ca"] {
            #expect(
                eventually { front.metric("handshakes_total", "result=\"\(result)\"") == 1 },
                "\(result)")
        }
        #expect(front.ended("tls_handshake_failed") == 3)
        try front.sluice.stop()
    }

    @Test("a process that ends does not wait for handshakes that may never be done")
    func ending() throws {
        let server = TestServer.echo()
        let front = try TLSFront(to: [server.port], top: "drain_timeout: 1s")
        let clients = try (0..<10).map { index in
            let client = try #require(TestSocket.connect(port: front.port))
            if index > 4 { client.send([22, 3, 1, 2, 0, 1, 0]) }
            return client
        }
        #expect(eventually { front.metric("handshakes_in_flight") == 10 })
        front.sluice.program.signal(SIGTERM)
        #expect(front.sluice.program.waitForExit(milliseconds: 10_000) == 0)
        for client in clients { #expect(client.receive() != .nothing) }
    }

    @Test("sessions that are established are served while many begin")
    func storm() throws {
        let backend = HTTPBackend.telling()
        let front = try TLSFront(to: [backend.port])
        let python = front.python(
            """
            stream = connect()
            stop, made = False, []
            def storm():
                mine = context()
                while not stop:
                    try:
                        connect(mine).close()
                        made.append(1)
                    except OSError as error: print(error)
            threads = [threading.Thread(target=storm) for _ in range(8)]
            for thread in threads: thread.start()
            for round in range(200):
                stream.sendall(b"GET /%d HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n" % round)
                if " 200 " not in head(stream): print("no answer")
                read(stream, len(f"/{round} "))
            stop = True
            for thread in threads: thread.join()
            print("done" if made else "no storm")
            """)
        #expect(python.output == "done\n", "\(python)")
        #expect(eventually { front.metric("handshakes_in_flight") == 0 })
        backend.stop()
        try front.sluice.stop()
    }

    /// True when a client's handshake is done, and what it says comes back.
    private static func serves(_ front: TLSFront) -> Bool {
        front.python(
            """
            stream = connect()
            stream.sendall(b"hello")
            print(read(stream, 5).decode())
            """
        ).output == "hello\n"
    }
}
