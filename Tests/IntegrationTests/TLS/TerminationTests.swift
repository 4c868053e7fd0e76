import Support
import Testing

/// Requests of clients that speak TLS.
@Suite("TLS of clients", .enabled(if: Command.exists("python3") && Command.exists("curl")))
struct TerminationTests {
    @Test("of either version reaches the backend in plain text, which is told of it")
    func curl() throws {
        let backend = HTTPBackend { request, peer in
            let names = ["X-Forwarded-Proto", "Forwarded", "X-TLS"]
            return peer.respond(names.map { request.head[$0] ?? "none" }.joined(separator: " | "))
        }
        let front = try TLSFront(
            to: [backend.port],
            http: """
                forwarded: both, request_headers: { set: { X-TLS: "{tls_version} {tls_cipher} \
                {tls_server_name} {tls_alpn} {scheme} {client_cert_verify}" } }
                """)
        for (version, cipher) in [
            ("1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"), ("1.3", "TLS_AES_128_GCM_SHA256"),
        ] {
            let answer = Command.run(
                "curl",
                [
                    "-sS", "-m", "20", "--cacert", front.authority.own.certificateFile,
                    "--tlsv\(version)", "--tls-max", version,
                    version == "1.2" ? "--ciphers" : "--tls13-ciphers", cipher,
                    "--resolve", "a.example.com:\(front.port):127.0.0.1",
                    "https://a.example.com:\(front.port)/",
                ])
            let told = answer.output.split(separator: " | ").map { String($0) }
            try #require(told.count == 3, "\(answer)")
            #expect(told[0] == "https" && told[1].hasSuffix(";proto=https"))
            #expect(told[2] == "TLSv\(version) \(cipher) a.example.com http/1.1 https none")
        }
        #expect(front.metric("handshakes_total", "result=\"ok\"") == 2)
        #expect(front.metric("sessions_total", "version=\"TLSv1.2\",resumed=\"no\"") == 1)
        #expect(front.metric("sessions_total", "version=\"TLSv1.3\",resumed=\"no\"") == 1)
        #expect(front.metric("ciphers_total", "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
        #expect(front.metric("ciphers_total") == 2)
        #expect(front.metric("handshake_seconds_count") == 2)
        #expect(front.metric("handshakes_in_flight") == 0)
        backend.stop()
        try front.sluice.stop()
    }

    @Test("is taken up again, and that is counted")
    func resumption() throws {
        let backend = HTTPBackend.telling()
        let front = try TLSFront(to: [backend.port])
        let python = front.python(
            """
            for version in versions:
                made, session = context(version), None
                for round in range(4):
                    stream = connect(made, session)
                    if stream.session_reused != (round > 0): print(version, round)
                    stream.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                    if " 200 " not in head(stream): print("no answer")
                    session = stream.session
                    stream.close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        for version in ["TLSv1.2", "TLSv1.3"] {
            let label = "version=\"\(version)\",resumed="
            #expect(front.metric("sessions_total", label + "\"no\"") == 1)
            #expect(front.metric("sessions_total", label + "\"yes\"") == 3)
        }
        backend.stop()
        try front.sluice.stop()
    }

    @Test("carries large bodies both ways, of which nothing is lost")
    func bodies() throws {
        let backend = HTTPBackend { request, peer in
            let count = request.body.count
            return peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                && peer.send(request.body)
        }
        let front = try TLSFront(to: [backend.port])
        // The backend of a debug build takes a second for each of them.
        let mebibytes = SteadinessTests.isRelease ? 50 : 5
        let python = front.python(
            """
            count = int(sys.argv[3]) << 15
            data = b"".join(hashlib.sha256(struct.pack("<I", i)).digest() for i in range(count))
            for version in versions:
                for framing in ["length", "chunked"]:
                    stream = connect(context(version))
                    if framing == "length":
                        stream.sendall(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: %d\\r\\n\\r\\n"
                            % len(data) + data)
                    else:
                        stream.sendall(
                            b"POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
                        for start in range(0, len(data), 100000):
                            piece = data[start:start + 100000]
                            stream.sendall(b"%x\\r\\n" % len(piece) + piece + b"\\r\\n")
                        stream.sendall(b"0\\r\\n\\r\\n")
                    if f"Content-Length: {len(data)}" not in head(stream): print("no answer")
                    if hashlib.sha256(read(stream, len(data))).digest() \\
                        != hashlib.sha256(data).digest(): print(version, framing, "differ")
                    stream.close()
            print("done")
            """, "\(mebibytes)")
        #expect(python.output == "done\n", "\(python)")
        backend.stop()
        try front.sluice.stop()
    }

    @Test("carries requests that were sent together, and answers in their order")
    func pipelining() throws {
        let backend = HTTPBackend.telling()
        let front = try TLSFront(to: [backend.port])
        let python = front.python(
            """
            stream = connect()
            for round in range(20):
                stream.sendall(b"".join(b"GET /%d HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n" % i
                    for i in range(50)))
                for i in range(50):
                    text = head(stream)
                    body = f"/{i} ".encode()
                    if " 200 " not in text or read(stream, len(body)) != body: print(round, i)
            # One record for each byte.
            for byte in b"GET /slow HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n": stream.send(bytes([byte]))
            if " 200 " not in head(stream) or read(stream, 6) != b"/slow ": print("slow")
            stream.close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        #expect(backend.take().count == 1001)
        backend.stop()
        try front.sluice.stop()
    }

    @Test("carries what a connection becomes after an upgrade")
    func upgrade() throws {
        let backend = HTTPBackend { _, peer in
            peer.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "\r\nwelcome")
            while true {
                let octet = peer.read(1)
                guard !octet.isEmpty, peer.send(octet + peer.readReady()) else { break }
            }
            peer.socket.shutdownWrite()
            return false
        }
        let front = try TLSFront(to: [backend.port])
        let python = front.python(
            """
            for version in versions:
                stream = connect(context(version))
                stream.sendall(b"GET /chat HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\n"
                    b"Upgrade: websocket\\r\\n\\r\\nearly")
                if " 101 " not in head(stream): print("no switch")
                if read(stream, 12) != b"welcomeearly": print("no greeting")
                for size in [1, 100, 10000, 3, 60000]:
                    data = bytes(i & 255 for i in range(size))
                    stream.sendall(data)
                    if read(stream, size) != data: print(size)
                # The goodbye goes through to the backend and back.
                stream.unwrap().close()
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        backend.stop()
        try front.sluice.stop()
    }

    @Test("tells browsers to stay with it, in place of what the backend says")
    func transportSecurity() throws {
        let backend = HTTPBackend { request, peer in
            peer.respond(
                "hello", fields: "strict-transport-security: max-age=1\r\nX-Other: kept\r\n")
        }
        let front = try TLSFront(
            to: [backend.port],
            http: "hsts: { max_age: 400d, include_subdomains: true }",
            listener: "routes: [ { path: /own, respond: { body: own } }, "
                + "{ path: /none, upstream: servers, request_headers: { set: { A: b } } } ]")
        let python = front.python(
            """
            stream = connect()
            field = "strict-transport-security: max-age=34560000; includesubdomains\\r\\n"
            for request in [b"GET /", b"GET /own", b"GET /none", b"BAD /\\x01"]:
                stream.sendall(request + b" HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                text = head(stream).lower()
                if text.count("strict-transport-security") != 1 or field not in text:
                    print(request, text)
                if request in [b"GET /", b"GET /none"] and "x-other: kept" not in text: print(text)
                if request != b"BAD /\\x01":
                    length = text.split("content-length: ")[1].split("\\r")[0]
                    read(stream, int(length))
            print("done")
            """)
        #expect(python.output == "done\n", "\(python)")
        backend.stop()
        try front.sluice.stop()
    }

    @Test("tells the backend and the log who the client is by its certificate")
    func clientCertificate() throws {
        let backend = HTTPBackend { request, peer in peer.respond(request.head["X-Who"] ?? "none") }
        let authority = TestAuthority()
        let client = authority.client(
            subject: "/O=Example/CN=alice", alternatives: "email:alice@example.com")
        let who = "{client_cert_verify}|{client_cert_subject}|{client_cert_sans}"
        let front = try TLSFront(
            to: [backend.port],
            http: """
                request_headers: { set: { X-Who: "\(who)" } }, access_log: { file: \
                "$DIR/access.log", format: "{scheme} {tls_version} \(who) {client_cert_fingerprint}" }
                """,
            tls: "client_auth: { mode: request, ca: \"\(authority.own.certificateFile)\" },",
            authority: authority)
        let python = front.python(
            """
            for certificate in [True, False]:
                made = context()
                if certificate: made.load_cert_chain(sys.argv[3], sys.argv[4])
                stream = connect(made)
                stream.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                head(stream)
                print(read(stream, 1000).decode())
            """, client.certificateFile, client.keyFile)
        let told = "ok|CN=alice,O=Example|email:alice@example.com"
        #expect(python.output == "\(told)\nnone||\n", "\(python)")
        let log = front.sluice.directory.file("access.log")
        #expect(eventually { TextFile.read(log).split(separator: "\n").count == 2 })
        let lines = TextFile.read(log).split(separator: "\n")
        #expect(lines.first?.hasPrefix("https TLSv1.3 \(told) ") == true, "\(lines)")
        #expect(lines.first?.split(separator: " ").last?.utf8.count == 64, "\(lines)")
        #expect(lines.last == "https TLSv1.3 none|-|- -", "\(lines)")
        backend.stop()
        try front.sluice.stop()
    }
}
