import Glibc
import Support
import Testing

/// Connections that are made to backends before sessions need them.
@Suite("Pooled connections")
struct PoolTests {
    private static func configuration(_ port: UInt16, _ pool: String, workers: Int = 1) -> String {
        """
        workers: \(workers)
        listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
        upstreams:
          servers: { pool: { \(pool) }, backends: ["127.0.0.1:\(port)"] }
        """
    }

    @Test("a session borrows one, and another takes its place")
    func borrow() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port, "warm: 2"))
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 })
        let port = try sluice.port(of: "one")
        for round in 1...5 {
            let client = TestSocket.connect(port: port)
            #expect(Client.echoes(client, "hello"))
            client?.close()
            #expect(sluice.metric("sluice_pool_borrowed_total") == Double(round))
            #expect(eventually { sluice.metric("sluice_pool_created_total") ?? 0 > Double(round) })
        }
        #expect(sluice.metric("sluice_backend_connections_total") == 5)
        #expect(try sluice.status().active == 0 || eventually { try sluice.status().active == 0 })
        try sluice.stopWithoutPool()
    }

    @Test("a session on a borrowed connection has its deadlines")
    func deadlines() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers, timeouts: { idle: 4s } } }
            upstreams:
              servers: { pool: { warm: 1 }, connect: { timeout: 1s }, backends: ["127.0.0.1:\(server.port)"] }
            """)
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 })
        let client = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(Client.echoes(client))
        #expect(sluice.metric("sluice_pool_borrowed_total") == 1)
        #expect(client.receive(milliseconds: 20_000) == .end)
        #expect(try eventually { try sluice.status().listeners[0].ended["idle_timeout"] == 1 })
        try sluice.stopWithoutPool()
    }

    @Test("the greeting of a server that speaks first is relayed")
    func greeting() throws {
        let server = TestServer.naming("220 ready")
        let sluice = SluiceProcess(Self.configuration(server.port, "warm: 1"))
        let port = try sluice.port(of: "one")
        for _ in 0..<5 {
            #expect(eventually { sluice.metric("sluice_pool_created_total") ?? 0 >= 1 })
            #expect(Client.whoAnswers(port) == "220 ready")
        }
        try sluice.stopWithoutPool()
    }

    @Test("one that its server has ended is never lent")
    func stale() throws {
        let listening = TestSocket.listen()
        let sluice = SluiceProcess(Self.configuration(listening.port, "warm: 1"))
        let port = try sluice.port(of: "one")
        let pooled = try #require(listening.accept())
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 })
        pooled.close()
        #expect(eventually { sluice.metric("sluice_pool_stale_total") == 1 })
        let replaced = try #require(listening.accept())
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 2 })
        replaced.reset()
        let client = try #require(TestSocket.connect(port: port))
        client.send("ping")
        // Whatever was lent was alive: the bytes arrive at one of the later connections.
        var isServed = false
        for _ in 0..<3 where !isServed {
            guard let backend = listening.accept() else { break }
            isServed = backend.receive(milliseconds: 300) == .bytes(Array("ping".utf8))
            if isServed { backend.reset() }
        }
        #expect(isServed)
        client.close()
        listening.close()
        try sluice.stopWithoutPool()
    }

    @Test("a reload that takes the pool or the backend away closes the connections")
    func reload() throws {
        let listening = TestSocket.listen()
        let sluice = SluiceProcess(Self.configuration(listening.port, "warm: 1"))
        let pooled = try #require(listening.accept())
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 })
        sluice.write(Self.configuration(listening.port, "warm: 2, max_idle: 20s"))
        #expect(sluice.command("reload").status == 0)
        #expect(pooled.receive(milliseconds: 50) == .nothing, "a reload that keeps it keeps it")
        let other = TestServer.echo()
        sluice.write(Self.configuration(other.port, "warm: 1"))
        #expect(sluice.command("reload").status == 0)
        #expect(pooled.receive() == .end)
        try sluice.stopWithoutPool()
    }

    @Test("those that nobody takes are closed and made anew")
    func expiry() throws {
        let listening = TestSocket.listen()
        let sluice = SluiceProcess(
            Self.configuration(listening.port, "warm: 1, max_idle: 1s, max_age: 2s"))
        let first = try #require(listening.accept())
        #expect(first.receive(milliseconds: 10_000) == .end)
        #expect(listening.accept() != nil)
        #expect(sluice.metric("sluice_pool_expired_total") ?? 0 >= 1)
        try sluice.stopWithoutPool()
    }
}

extension SluiceProcess {
    /// Stops after a reload without the pool, so that its connections are no leak.
    fileprivate func stopWithoutPool() throws {
        write(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """)
        #expect(command("reload").status == 0)
        try stop()
    }
}
