import Glibc
import Support
import Testing

/// Reloads, draining and waiting while a session has not said yet where it goes.
@Suite("Reloads amid a ClientHello")
struct HelloReloadTests {
    private static let toA = "[{ sni: a.example, upstream: a }, { sni: z, upstream: b }]"
    private static let toB = "[{ sni: a.example, upstream: b }, { sni: z, upstream: a }]"

    @Test("a session goes by the routes that it began with, the next one by the new ones")
    func keepsItsSnapshot() throws {
        let front = HelloFront(["a", "b"], routes: Self.toA)
        let hello = SentHello("a.example").stream
        let early = try #require(try front.connect(sending: Array(hello[..<20])))
        #expect(try front.waitForSessions(1))
        front.write(routes: Self.toB)
        let report = try front.sluice.admin.reload()
        #expect(report.isApplied && report.changes == ["listener tls: changed"], "\(report)")
        #expect(try front.whoAnswers(SentHello("a.example")) == "b")
        early.send(hello[20...])
        #expect(HelloFront.name(early, hello) == "a")
        early.close()
        try front.sluice.stop()
    }

    @Test("routes come and go, and with them the ClientHello")
    func becomesPlain() throws {
        let front = HelloFront(["a", "b"], routes: Self.toA)
        let hello = SentHello("a.example").stream
        let early = try #require(try front.connect(sending: Array(hello[..<20])))
        #expect(try front.waitForSessions(1))
        front.write(routes: nil, listener: ", upstream: b")
        #expect(try front.sluice.admin.reload().isApplied)
        let plain = try #require(try front.connect(sending: Array("anything".utf8)))
        #expect(plain.receive(exactly: 9) == Array("banything".utf8))
        front.write(routes: Self.toB)
        #expect(try front.sluice.admin.reload().isApplied)
        #expect(try front.whoAnswers(SentHello("a.example")) == "b")
        early.send(hello[20...])
        #expect(HelloFront.name(early, hello) == "a")
        [early, plain].forEach { $0.close() }
        try front.sluice.stop()
    }

    @Test("a listener that is removed gives half a hello the time of drain_timeout")
    func removed() throws {
        let front = HelloFront(
            ["a", "b"], routes: Self.toA, listener: ", hello_timeout: 600s",
            upstream: ", drain_timeout: 300ms")
        let half = Array(SentHello("a.example").stream[..<20])
        let client = try #require(try front.connect(sending: half))
        #expect(try front.waitForSessions(1))
        front.sluice.write("listeners: {}\nupstreams: {}\n")
        #expect(try front.sluice.admin.reload().isApplied)
        let ending = client.receive()
        #expect(ending == .end || ending == .failed(ECONNRESET), "\(ending)")
        try front.sluice.stop()
    }

    @Test("a process that drains still takes the rest of a hello, and ends after its session")
    func drains() throws {
        let front = HelloFront(["a", "b"], routes: Self.toA)
        let hello = SentHello("a.example").stream
        let client = try #require(try front.connect(sending: Array(hello[..<20])))
        #expect(try front.waitForSessions(1))
        front.sluice.program.signal(SIGTERM)
        #expect(eventually { front.sluice.log.contains("draining") }, "\(front.sluice.log)")
        client.send(hello[20...])
        #expect(HelloFront.name(client, hello) == "a")
        client.close()
        #expect(front.sluice.program.waitForExit(milliseconds: 10_000) == 0)
    }

    @Test("a process that has drained for long enough cuts half a hello, and SIGTERM twice at once")
    func cut() throws {
        for (timeout, signals) in [("300ms", 1), ("1h", 2)] {
            let front = HelloFront(
                ["a", "b"], routes: Self.toA, listener: ", hello_timeout: 600s",
                more: "drain_timeout: \(timeout)")
            let half = Array(SentHello("a.example").stream[..<20])
            let client = try #require(try front.connect(sending: half))
            #expect(try front.waitForSessions(1))
            front.sluice.program.signal(SIGTERM)
            #expect(front.sluice.waitForNotification("STOPPING=1"))
            if signals == 2 { front.sluice.program.signal(SIGTERM) }
            let ending = client.receive()
            #expect(ending == .end || ending == .failed(ECONNRESET), "\(ending)")
            #expect(front.sluice.program.waitForExit(milliseconds: 10_000) == 0)
        }
    }

    @Test("a hello that waits in line moves on with a reload, and is served as it was sent")
    func waitsInLine() throws {
        let server = HelloFront.backend("q")
        func text(_ more: String) -> String {
            """
            workers: 1
            \(more)
            listeners: { tls: { bind: "127.0.0.1:0", routes: [{ sni: a.example, upstream: one }] } }
            upstreams:
              one: { backends: [{ address: "127.0.0.1:\(server.port)", max_connections: 1 }] }
            """
        }
        let sluice = SluiceProcess(text(""))
        let port = try sluice.port(of: "tls")
        let hello = SentHello("a.example").stream
        let first = try #require(TestSocket.connect(port: port))
        first.send(hello)
        #expect(HelloFront.name(first, hello) == "q")
        let second = try #require(TestSocket.connect(port: port))
        second.send(hello)
        let waits = try eventually { try sluice.status().upstreams[0].waiting == 1 }
        #expect(waits)
        sluice.write(text("drain_timeout: 20s"))
        #expect(try sluice.admin.reload().isApplied)
        #expect(try sluice.status().upstreams[0].waiting == 1)
        first.close()
        #expect(HelloFront.name(second, hello) == "q")
        second.close()
        try sluice.stop()
    }
}
