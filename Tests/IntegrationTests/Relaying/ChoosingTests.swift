import Glibc
import Support
import Testing

/// Who gets a session, who waits for one, and what happens when nobody is fit.
@Suite("Choosing backends")
struct ChoosingTests {
    /// A server that names itself and then holds the connection until the client ends it.
    private static func holding(_ name: String, port: UInt16 = 0) -> TestServer {
        TestServer(port: port) { connection in
            connection.send(name)
            _ = connection.receive(milliseconds: 60_000)
        }
    }

    /// The name that the server at the other end tells.
    private static func name(_ connection: TestSocket?) -> String? {
        guard let connection, case .bytes(let bytes) = connection.receive() else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("backups serve while no other is fit, and no longer")
    func backup() throws {
        let primary = try RefusingPort()
        let backup = TestServer.naming("backup")
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                slow_start: 0s
                eject: { failures: 2, for: 200ms, max: 400ms }
                backends:
                  - { address: "127.0.0.1:\(primary.port)", name: primary }
                  - { address: "127.0.0.1:\(backup.port)", name: backup, backup: true }
            """)
        let port = try sluice.port(of: "one")
        // The first sessions fail over, the later ones go straight to the backup.
        for _ in 0..<6 { #expect(Client.whoAnswers(port) == "backup") }
        #expect(try sluice.status().upstreams[0].backends[0].failed < 6)
        primary.listen(naming: "primary")
        #expect(eventually { Client.whoAnswers(port) == "primary" })
        for _ in 0..<6 { #expect(Client.whoAnswers(port) == "primary") }
        #expect(sluice.log.contains("backend ejected"), "\(sluice.log)")
        #expect(eventually { sluice.log.contains("backend is back") }, "\(sluice.log)")
        try sluice.stop()
    }

    @Test("beyond its limit sessions wait, first come first served", arguments: [1, 2])
    func queue(workers: Int) throws {
        let server = Self.holding("a")
        let sluice = SluiceProcess(
            """
            workers: \(workers)
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                queue: { size: 3, timeout: 30s }
                backends: [{ address: "127.0.0.1:\(server.port)", max_connections: 2 }]
            """)
        let port = try sluice.port(of: "one")
        let served = (0..<2).map { _ in TestSocket.connect(port: port) }
        for connection in served { #expect(Self.name(connection) == "a") }
        var waiting: [TestSocket] = []
        for index in 1...3 {
            waiting.append(try #require(TestSocket.connect(port: port)))
            #expect(eventually { sluice.metric("sluice_upstream_queue_length") == Double(index) })
        }
        // A fourth finds the queue full.
        #expect(TestSocket.connect(port: port)?.receive() == .failed(ECONNRESET))
        #expect(try sluice.status().listeners[0].ended["queue_full"] == 1)
        #expect(try sluice.status().upstreams[0].active == 2)
        // One that leaves leaves no trace.
        waiting[1].reset()
        #expect(eventually { sluice.metric("sluice_upstream_queue_length") == 2 })
        served[0]?.close()
        #expect(Self.name(waiting[0]) == "a")
        #expect(waiting[2].receive(milliseconds: 50) == .nothing)
        served[1]?.close()
        #expect(Self.name(waiting[2]) == "a")
        #expect(sluice.metric("sluice_upstream_queue_length") == 0)
        #expect(sluice.metric("sluice_upstream_queued_total") == 3)
        #expect(sluice.metric("sluice_upstream_queue_seconds_count") == 2)
        waiting[0].close()
        waiting[2].close()
        try sluice.stop()
    }

    @Test("where nobody may wait a session beyond the limit ends with a reason of its own")
    func full() throws {
        let server = Self.holding("a")
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                queue: off
                backends: [{ address: "127.0.0.1:\(server.port)", max_connections: 1 }]
            """)
        let port = try sluice.port(of: "one")
        let served = TestSocket.connect(port: port)
        #expect(Self.name(served) == "a")
        #expect(TestSocket.connect(port: port)?.receive() == .failed(ECONNRESET))
        #expect(try sluice.status().listeners[0].ended == ["backends_full": 1])
        #expect(sluice.metric("sluice_upstream_full_total") == 1)
        #expect(sluice.metric("sluice_upstream_queue_full_total") == 0)
        #expect(eventually { sluice.log.contains("all fit backends are full") }, "\(sluice.log)")
        #expect(try eventually { try sluice.status().upstreams[0].breakers == ["connections"] })
        served?.close()
        try sluice.stop()
    }

    @Test("who has tried one that failed and waits is served by what a reload brings too")
    func reloadServesWhoTried() throws {
        let (a, b, dead) = (Self.holding("a"), Self.holding("b"), FreePort.take())
        func configuration(_ more: String) -> String {
            """
            workers: 1
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                balance: round-robin
                queue: { timeout: 60s }
                backends:
                  - { address: "127.0.0.1:\(a.port)", max_connections: 1 }
                  - { address: "127.0.0.1:\(dead)" }\(more)
            """
        }
        let sluice = SluiceProcess(configuration(""))
        let port = try sluice.port(of: "one")
        let first = TestSocket.connect(port: port)
        #expect(Self.name(first) == "a")
        let second = try #require(TestSocket.connect(port: port))
        #expect(eventually { sluice.metric("sluice_upstream_queue_length") == 1 })
        #expect(try sluice.status().upstreams[0].backends[1].failed > 0)
        sluice.write(configuration("\n      - { address: \"127.0.0.1:\(b.port)\" }"))
        #expect(sluice.command("reload").status == 0)
        #expect(Self.name(second) == "b")
        first?.close()
        second.close()
        try sluice.stop()
    }

    @Test("who waits is served by a backend that a reload brings")
    func reloadServesTheQueue() throws {
        let (a, b) = (Self.holding("a"), Self.holding("b"))
        func configuration(_ ports: [UInt16]) -> String {
            let backends = ports.map { "{ address: \"127.0.0.1:\($0)\", max_connections: 1 }" }
            return """
                workers: 2
                listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
                upstreams:
                  servers: { queue: { timeout: 60s }, backends: [\(backends.joined(separator: ", "))] }
                """
        }
        let sluice = SluiceProcess(configuration([a.port]))
        let port = try sluice.port(of: "one")
        let first = TestSocket.connect(port: port)
        #expect(Self.name(first) == "a")
        let second = try #require(TestSocket.connect(port: port))
        #expect(eventually { sluice.metric("sluice_upstream_queue_length") == 1 })
        sluice.write(configuration([a.port, b.port]))
        #expect(sluice.command("reload").status == 0)
        #expect(Self.name(second) == "b")
        first?.close()
        second.close()
        #expect(eventually { sluice.metric("sluice_snapshots_retired") == 0 })
        try sluice.stop()
    }

    @Test("who waits too long is reset")
    func queueTimeout() throws {
        let server = Self.holding("a")
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                queue: { timeout: 100ms }
                backends: [{ address: "127.0.0.1:\(server.port)", max_connections: 1 }]
            """)
        let port = try sluice.port(of: "one")
        let first = TestSocket.connect(port: port)
        #expect(Self.name(first) == "a")
        #expect(TestSocket.connect(port: port)?.receive() == .failed(ECONNRESET))
        #expect(try sluice.status().listeners[0].ended["queue_timeout"] == 1)
        first?.close()
        try sluice.stop()
    }

    @Test(
        "many clients behind a small limit are all served, and never more at a time",
        arguments: [1, 3])
    func everyone(workers: Int) throws {
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(
            """
            workers: \(workers)
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                queue: { size: 1000, timeout: 60s }
                backends: [{ address: "127.0.0.1:\(server.port)", max_connections: 2 }]
            """)
        let port = try sluice.port(of: "one")
        let load = Load()
        for _ in 0..<12 { load.start { Client.whoAnswers(port) == "a" } }
        var most = 0
        let isDone = try eventually(within: 20_000) {
            most = max(most, try sluice.status().upstreams[0].backends[0].active)
            return load.requests.load(ordering: .relaxed) > 1000
        }
        #expect(isDone && most <= 2, "\(load.requests.load(ordering: .relaxed)), \(most)")
        #expect(load.stop() && load.failures.load(ordering: .relaxed) == 0)
        #expect(sluice.metric("sluice_upstream_queued_total") ?? 0 > 0)
        try sluice.stop()
    }

    @Test("retries are paid for: an outage does not multiply the load")
    func retryBudget() throws {
        let ports = try (0..<3).map { _ in try RefusingPort() }
        let sluice = SluiceProcess(
            backends: ports.map(\.port),
            upstream:
                ", eject: off, connect: { retries: 2, retry_budget: { percent: 20, per_second: 0 } }"
        )
        let port = try sluice.port(of: "front")
        for _ in 0..<200 { _ = TestSocket.connect(port: port)?.receive() }
        // Each session makes one attempt, and one in five a second one.
        let retries = sluice.metric("sluice_upstream_retries_total") ?? 0
        #expect((39...41).contains(retries), "\(retries)")
        #expect(sluice.metric("sluice_upstream_retries_denied_total") ?? 0 >= 159)
        #expect(sluice.log.contains("the retry budget is spent"))
        #expect(try eventually { try sluice.status().upstreams[0].breakers == ["retries"] })
        #expect(sluice.metric("sluice_upstream_breaker_open", "breaker=\"retries\"") == 1)
        #expect(sluice.command("status").output.contains("at its limits: retries"))
        try sluice.stop()
    }

    @Test("fail_open: off refuses rather than ask backends that are known to be down")
    func failClosed() throws {
        let ports = try (0..<2).map { _ in try RefusingPort() }
        func start(_ failOpen: String) -> SluiceProcess {
            SluiceProcess(
                backends: ports.map(\.port),
                upstream: """
                    , connect: { retries: 0 }, fail_open: \(failOpen),
                      eject: { failures: 1, for: 1m, max: 1m, max_percent: 100 }
                    """)
        }
        let sluice = start("off")
        for _ in 0..<6 { #expect(try sluice.connect().receive() == .failed(ECONNRESET)) }
        let backends = try sluice.status().upstreams[0].backends
        #expect(backends.map(\.state).sorted() == ["ejected", "up"], "never the last one")
        try sluice.stop()
    }
}
