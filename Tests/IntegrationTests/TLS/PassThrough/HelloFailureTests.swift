import Glibc
import Support
import Testing

/// Clients that send something else than a ClientHello, too slowly, or not to the end.
@Suite("Hellos that are none")
struct HelloFailureTests {
    private static let routes = "[{ sni: a.example, upstream: a }]"

    @Test(
        "what cannot be a ClientHello is refused, with an alert where that is understood",
        arguments: [
            ("plain_http", Array("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8), nil),
            ("not_tls", Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), nil),
            ("not_tls", [0, 0, 0, 0], nil),
            ("old_hello", [0x80, 46, 1, 3, 1], 70),
            ("unexpected_record", SentHello.record([1, 2, 3], type: 23), 10),
            ("not_client_hello", SentHello.record([2, 0, 0, 80]), 10),
            ("record_too_long", [22, 3, 1, 0x40, 1], 22),
            ("excess_data", SentHello.record(SentHello("a.example").message + [0]), 10),
            ("not_host_name", SentHello("a example").stream, 112),
        ] as [(String, [UInt8], UInt8?)])
    func refused(word: String, bytes: [UInt8], alert: UInt8?) throws {
        let front = HelloFront(["a"], routes: Self.routes)
        let client = try #require(try front.connect(sending: bytes))
        var answer: [UInt8] = []
        if let alert { answer = [21, 3, 3, 0, 2, 2, alert] }
        #expect(client.receiveAll() == answer)
        #expect(try front.sluice.waitForEnd("hello_refused"))
        #expect(eventually { front.sluice.log.contains("reason=\(word)") }, "\(front.sluice.log)")
        #expect(try front.whoAnswers(SentHello("a.example")) == "a")
        try front.sluice.stop()
    }

    @Test("refusals are logged once a second at most")
    func flood() throws {
        let front = HelloFront(["a"], routes: Self.routes)
        for _ in 0..<100 {
            let client = try #require(try front.connect(sending: Array("GET / ".utf8)))
            #expect(client.receiveAll() == [])
        }
        #expect(try front.sluice.ended("hello_refused") == 100)
        let lines = front.sluice.log.split(separator: "\n").count { $0.contains("ClientHello") }
        #expect((1...50).contains(lines), "\(lines)")
        try front.sluice.stop()
    }

    @Test("a client that says nothing, or half of it, has the time of hello_timeout")
    func timeout() throws {
        let front = HelloFront(
            ["a"], routes: Self.routes, listener: ", hello_timeout: 300ms")
        let silent = try #require(try front.connect())
        let hello = SentHello("a.example").stream
        let slow = try #require(try front.connect(sending: Array(hello[..<20])))
        #expect(silent.receive() == .end)
        #expect(slow.receive() == .end)
        #expect(try front.sluice.ended("hello_timeout") == 2)
        // One that goes on sending has no more.
        let dripping = try #require(try front.connect())
        let began = ContinuousClock.now
        for octet in hello {
            guard dripping.send([octet]), dripping.receive(milliseconds: 20) == .nothing else {
                break
            }
        }
        #expect(ContinuousClock.now - began >= .milliseconds(280))
        #expect(try front.sluice.waitForEnd("hello_timeout"))
        #expect(try front.waitForEnds("hello_timeout", 3))
        // Whoever was in time is not asked again.
        let client = try #require(try front.connect(sending: hello))
        #expect(HelloFront.name(client, hello) == "a")
        #expect(client.receive(milliseconds: 500) == .nothing)
        client.send("more")
        #expect(client.receive(exactly: 4) == Array("more".utf8))
        client.close()
        try front.sluice.stop()
    }

    @Test(
        "hellos that are left halfway leave nothing behind", .serialized, arguments: [false, true])
    func abandoned(isReset: Bool) throws {
        let front = HelloFront(["a"], routes: Self.routes, listener: ", hello_timeout: 60s")
        let half = Array(SentHello("a.example", size: 9000).stream[..<8000])
        var resident: [Int] = []
        for round in 1...3 {
            let clients = try (0..<500).map { _ in
                try #require(try front.connect(sending: half))
            }
            #expect(try front.waitForSessions(500))
            for client in clients {
                if isReset { client.reset() } else { client.close() }
            }
            #expect(try front.waitForEnds("abandoned", UInt64(500 * round)))
            resident.append(front.sluice.resources.residentKiB)
        }
        if !SluiceProcess.isSanitized { #expect(resident[2] <= resident[0] + 2048, "\(resident)") }
        try front.sluice.stop()
    }

    @Test("a client that ends in the middle of its hello is gone; after it, it gets its answer")
    func halfClosed() throws {
        let front = HelloFront(["a"], routes: Self.routes)
        let hello = SentHello("a.example").stream
        let gone = try #require(try front.connect(sending: Array(hello[..<30])))
        gone.shutdownWrite()
        #expect(gone.receiveAll() == [])
        #expect(try front.sluice.ended("abandoned") == 1)
        let done = try #require(try front.connect(sending: hello))
        done.shutdownWrite()
        #expect(done.receiveAll() == [UInt8(ascii: "a")] + hello)
        let silent = try #require(try front.connect())
        silent.shutdownWrite()
        #expect(silent.receiveAll() == [])
        #expect(try front.sluice.ended("abandoned") == 2)
        try front.sluice.stop()
    }
}
