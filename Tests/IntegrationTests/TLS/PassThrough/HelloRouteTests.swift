import Glibc
import Support
import Testing

/// Where sessions go by their ClientHello, and that it comes as it was sent.
@Suite("Routes by ClientHello")
struct HelloRouteTests {
    private static let routes = """
        [{ sni: [a.example, "*.deep.example"], upstream: a }, { sni: "*.example", upstream: b }, \
        { sni: a.example, alpn: [h2], upstream: c }, { alpn: [acme-tls/1], upstream: d }]
        """

    @Test(
        "the most exact name wins, then a route with a protocol, and the rest goes to the upstream",
        arguments: [
            ("a.example", [], "a"), ("A.Example", ["http/1.1"], "a"), ("a.example", ["h2"], "c"),
            ("a.example", ["acme-tls/1"], "a"), ("b.example", ["h2"], "b"),
            ("x.y.example", [], "b"), ("x.y.deep.example", [], "a"), ("deep.example", [], "b"),
            ("example", [], "e"), ("example", ["x", "acme-tls/1"], "d"), ("other", ["h2"], "e"),
        ] as [(String, [String], String)])
    func routes(name: String, protocols: [String], expected: String) throws {
        let front = HelloFront(
            ["a", "b", "c", "d", "e"], routes: Self.routes, listener: ", upstream: e")
        #expect(try front.whoAnswers(SentHello(name, protocols: protocols)) == expected)
        try front.sluice.stop()
    }

    @Test(
        "a hello without a name, or with an address for one, goes by its protocols or to the rest")
    func nameless() throws {
        let front = HelloFront(
            ["a", "b", "c", "d", "e"], routes: Self.routes, listener: ", upstream: e")
        #expect(try front.whoAnswers(SentHello(nil)) == "e")
        #expect(try front.whoAnswers(SentHello(nil, protocols: ["acme-tls/1"])) == "d")
        #expect(try front.whoAnswers(SentHello("127.0.0.1")) == "e")
        try front.sluice.stop()
    }

    @Test("whom no route takes gets an alert that says so, and is counted")
    func noRoute() throws {
        let front = HelloFront(["a"], routes: "[{ sni: a.example, upstream: a }]")
        let client = try #require(try front.connect(sending: SentHello("b.example").stream))
        #expect(client.receiveAll() == [21, 3, 3, 0, 2, 2, 112])
        let nameless = try #require(try front.connect(sending: SentHello(nil).stream))
        #expect(nameless.receiveAll() == [21, 3, 3, 0, 2, 2, 112])
        #expect(try front.sluice.ended("no_route") == 2)
        try front.sluice.stop()
    }

    @Test("where only protocols count the alert is about them")
    func noProtocol() throws {
        let front = HelloFront(["a"], routes: "[{ alpn: [h2], upstream: a }]")
        let hello = SentHello("a.example", protocols: ["http/1.1"])
        let client = try #require(try front.connect(sending: hello.stream))
        #expect(client.receiveAll() == [21, 3, 3, 0, 2, 2, 120])
        try front.sluice.stop()
    }

    @Test("a hello may be cut into two segments anywhere")
    func twoSegments() throws {
        let front = HelloFront(["a"], routes: "[{ sni: a.example, upstream: a }]")
        let hello = SentHello("a.example", protocols: ["h2"]).stream
        for split in 1..<hello.count {
            let client = try #require(try front.connect(sending: Array(hello[..<split])))
            // The worker has seen the first part by now, or sees both at once: either is to do.
            if split % 4 == 0 { #expect(client.receive(milliseconds: 2) == .nothing) }
            client.send(hello[split...])
            #expect(HelloFront.name(client, hello) == "a", "cut at \(split)")
        }
        try front.sluice.stop()
    }

    @Test("a hello may come octet by octet, in segments, in records, and in both")
    func octets() throws {
        let front = HelloFront(["a"], routes: "[{ sni: a.example, upstream: a }]")
        let hello = SentHello("a.example")
        for stream in [hello.stream, hello.stream(recordSize: 1)] {
            let client = try #require(try front.connect())
            client.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            for octet in stream { client.send([octet]) }
            #expect(HelloFront.name(client, stream) == "a")
        }
        let records = hello.stream(recordSize: 1)
        let client = try #require(try front.connect(sending: records))
        #expect(HelloFront.name(client, records) == "a")
        client.close()
        try front.sluice.stop()
    }

    @Test("a hello of 16 KiB with all its records is routed, and of one octet more refused")
    func bound() throws {
        let front = HelloFront(["a"], routes: "[{ sni: a.example, upstream: a }]")
        let largest = SentHello("a.example", size: (16 << 10) - 5)
        #expect(largest.stream.count == 16 << 10)
        #expect(try front.whoAnswers(largest) == "a")
        // In records of 1000 octets it has 16 more headers.
        let pieces = SentHello("a.example", size: (16 << 10) - 17 * 5).stream(recordSize: 1000)
        #expect(pieces.count == 16 << 10)
        let client = try #require(try front.connect(sending: pieces))
        #expect(HelloFront.name(client, pieces) == "a")

        let beyond = SentHello("a.example", size: (16 << 10) - 4).stream
        let refused = try #require(try front.connect(sending: beyond))
        #expect(refused.receive() == .bytes([21, 3, 3, 0, 2, 2, 50]))
        #expect(try front.sluice.waitForEnd("hello_refused"))
        client.close()
        try front.sluice.stop()
    }

    @Test("what comes behind the hello follows it, however much, and so do both ends")
    func rest() throws {
        let front = HelloFront(["a"], routes: "[{ sni: a.example, upstream: a }]")
        let client = try #require(try front.connect())
        let rest = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
        let all = SentHello("a.example").stream + rest
        ThreadOfTest.start {
            client.send(all)
            client.shutdownWrite()
        }
        #expect(client.receive(exactly: 1) == [UInt8(ascii: "a")])
        #expect(client.receiveAll(milliseconds: 30_000) == all)
        #expect(try front.sluice.waitForEnd("completed"))
        try front.sluice.stop()
    }

    @Test("a backend that refuses costs the hello nothing: the next one gets all of it")
    func retries() throws {
        let refusing = try RefusingPort()
        let server = HelloFront.backend("z")
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners: { tls: { bind: "127.0.0.1:0", routes: [{ sni: a.example, upstream: two }] } }
            upstreams:
              two:
                balance: round-robin
                eject: off
                backends: ["127.0.0.1:\(refusing.port)", "127.0.0.1:\(server.port)"]
            """)
        let port = try sluice.port(of: "tls")
        let hello = SentHello("a.example").stream
        for _ in 0..<6 {
            let client = try #require(TestSocket.connect(port: port))
            client.send(hello)
            #expect(HelloFront.name(client, hello) == "z")
        }
        let failed = try sluice.status().upstreams[0].backends[0].failed
        #expect(failed >= 2)
        try sluice.stop()
    }

    @Test("status and log name all upstreams that a listener leads to")
    func reports() throws {
        let front = HelloFront(
            ["a", "b", "c", "d", "e"], routes: Self.routes, listener: ", upstream: e")
        let listener = try front.sluice.status().listeners[0]
        #expect(listener.upstreams == ["a", "b", "c", "d", "e"] && listener.upstream == "e")
        #expect(front.sluice.log.contains("upstream=a,b,c,d,e"), "\(front.sluice.log)")
        let status = front.sluice.command("status")
        #expect(status.output.contains(" a and 4 more "), "\(status)")
        try front.sluice.stop()
    }
}
