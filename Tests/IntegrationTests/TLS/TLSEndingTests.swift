import Glibc
import Support
import Testing

/// How streams end within TLS: who is told that they are whole, and who is not.
@Suite("Ends of TLS", .enabled(if: Command.exists("python3")))
struct TLSEndingTests {
    @Test("of an answer behind which the connection closes are told")
    func answers() throws {
        let backend = HTTPBackend { request, peer in
            guard request.target == "/old" else { return peer.respond("hello") }
            peer.send("HTTP/1.1 200 OK\r\n\r\nhello")
            return false
        }
        let front = try TLSFront(to: [backend.port], http: "timeouts: { keep_alive: 200ms }")
        let python = front.python(
            """
            for version in versions:
                for request in ["GET / HTTP/1.1\\r\\nConnection: close", "GET /old HTTP/1.1",
                    "GET / HTTP/1.0", "GET / HTTP/1.1", "NONSENSE\\x01"]:
                    stream = connect(context(version))
                    stream.sendall(f"{request}\\r\\nHost: a\\r\\n\\r\\n".encode())
                    # An end without a goodbye is an error here.
                    while stream.recv(1000): pass
                    stream.close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        backend.stop()
        try front.sluice.stop()
    }

    @Test("of an answer that was cut are not")
    func cutAnswers() throws {
        let backend = HTTPBackend { request, peer in
            peer.send(
                request.target == "/close"
                    ? "HTTP/1.1 200 OK\r\n\r\nhello"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
            if request.target == "/close" { peer.reset() }
            return false
        }
        let front = try TLSFront(to: [backend.port])
        let python = front.python(
            """
            for version in versions:
                for target in ["/close", "/length"]:
                    stream = connect(context(version))
                    stream.sendall(f"GET {target} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
                    try:
                        while stream.recv(1000): pass
                        print(target, "ended as if it were whole")
                    except (ssl.SSLError, ConnectionResetError): pass
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        backend.stop()
        try front.sluice.stop()
    }

    @Test("go through a relay in either direction, be they told or not")
    func relays() throws {
        // It says all when the client has said all.
        let server = TestServer { connection in
            guard let bytes = connection.receiveAll() else { return }
            connection.send(bytes)
            connection.shutdownWrite()
        }
        let front = try TLSFront(to: [server.port], http: nil)
        let python = front.python(
            """
            for version in versions:
                data = b"x" * 300000
                stream = connect(context(version))
                stream.sendall(data)
                # The end without a goodbye is one all the same: SHUT_WR below TLS.
                plain = socket.socket(fileno=stream.fileno())
                plain.shutdown(socket.SHUT_WR)
                plain.detach()
                if read(stream, len(data)) != data or stream.recv(1) != b"": print("cut", version)
                stream.close()
                # With a goodbye, behind which the client still reads.
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                made = context(version).wrap_bio(
                    incoming, outgoing, server_hostname="a.example.com")
                plain = socket.create_connection(("127.0.0.1", port), 20)
                def go(step):
                    while True:
                        try: return step()
                        except ssl.SSLWantReadError:
                            plain.sendall(outgoing.read())
                            more = plain.recv(10000)
                            incoming.write(more) if more else incoming.write_eof()
                        finally: plain.sendall(outgoing.read())
                go(made.do_handshake)
                go(lambda: made.write(b"hello"))
                try: made.unwrap()
                except ssl.SSLWantReadError: pass
                plain.sendall(outgoing.read())
                got = b""
                while (more := plain.recv(10000)): got += more
                # The answer and the goodbye, encrypted: at least two records.
                if len(got) < 5 + 22 + 24: print("nothing came", version, len(got))
                plain.close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        try front.sluice.stop()
    }

    @Test("by a reset of the backend reach the client as one")
    func resets() throws {
        let server = TestServer { connection in
            guard case .bytes = connection.receive() else { return }
            connection.reset()
        }
        let front = try TLSFront(to: [server.port], http: nil)
        let python = front.python(
            """
            stream = connect()
            stream.sendall(b"x")
            try:
                stream.recv(1)
                print("it ended in order")
            except (ConnectionResetError, ssl.SSLError): print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        #expect(eventually { front.ended("upstream_reset") == 1 })
        try front.sluice.stop()
    }

    @Test("by a record that is not what was sent are a failure with a word of its own")
    func forgery() throws {
        let server = TestServer.echo()
        let front = try TLSFront(to: [server.port], http: nil)
        let python = front.python(
            """
            for version in versions:
                stream = connect(context(version))
                stream.sendall(b"hello")
                if read(stream, 5) != b"hello": print("no echo")
                plain = socket.socket(fileno=stream.detach())
                plain.settimeout(20)
                plain.sendall(b"\\x17\\x03\\x03\\x00\\x40" + b"x" * 64)
                try:
                    while plain.recv(1000): pass
                except ConnectionResetError: pass
                plain.close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        #expect(eventually { front.ended("tls_failed") == 2 })
        try front.sluice.stop()
    }

    @Test("leave nothing behind, whatever the stage", .enabled(if: Command.exists("redis-server")))
    func redis() throws {
        let port = FreePort.take()
        let directory = TemporaryDirectory()
        let redis = ChildProgram(
            "redis-server", ["--port", "\(port)", "--save", "", "--dir", directory.path])
        #expect(eventually { TestSocket.connect(port: port) != nil })
        let front = try TLSFront(to: [port], http: nil)
        let python = front.python(
            """
            for version in versions:
                stream = connect(context(version))
                value = b"v" * 5000000
                stream.sendall(b"*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nk\\r\\n$5000000\\r\\n" + value + b"\\r\\n")
                if read(stream, 5) != b"+OK\\r\\n": print("not set")
                for round in range(3):
                    stream.sendall(b"GET k\\r\\n")
                    if read(stream, 10 + 5000002) != b"$5000000\\r\\n" + value + b"\\r\\n": print("get")
                stream.sendall(b"PING\\r\\n" * 1000)
                if read(stream, 7000) != b"+PONG\\r\\n" * 1000: print("ping")
                stream.sendall(b"QUIT\\r\\n")
                if read(stream, 100) != b"+OK\\r\\n": print("quit")
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        redis.signal(SIGTERM)
        redis.waitForExit()
        try front.sluice.stop()
    }
}
