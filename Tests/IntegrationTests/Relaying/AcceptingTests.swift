import Glibc
import Support
import Testing

/// Accepting at its limits: connections wait, nothing spins, and all goes on afterwards.
@Suite("Accepting at limits")
struct AcceptingTests {
    @Test("at max_connections further connections wait, and are served in their turn")
    func limit() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(backends: [server.port], listener: ", max_connections: 2")
        var clients = try (0..<2).map { _ in try sluice.connect() }
        for client in clients {
            client.send("a")
            #expect(client.receive() == .bytes([97]))
        }
        let waiting = try sluice.connect()
        waiting.send("b")
        #expect(waiting.receive(milliseconds: 150) == .nothing)
        #expect(try sluice.status().active == 2)
        #expect(sluice.log.contains("listener is full"), "\(sluice.log)")
        #expect((sluice.metric("sluice_listener_accept_pauses_total", "cause=\"limit\"") ?? 0) > 0)
        clients.removeFirst().close()
        #expect(waiting.receive() == .bytes([98]))
        waiting.close()
        clients.removeAll()
        try sluice.stop()
    }

    @Test(
        "without descriptors accepting pauses, says so, does not spin and goes on",
        .enabled(if: Command.exists("prlimit")))
    func descriptors() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(backends: [server.port])
        let idle = sluice.resources.descriptors
        let port = try sluice.port(of: "front")
        try #require(eventually { sluice.resources.descriptors <= idle })
        // Room for two sessions.
        try limit(sluice, "\(Self.limit(leaving: 4, sluice.resources)):")
        var clients: [TestSocket] = []
        for _ in 0..<3 { clients.append(try #require(TestSocket.connect(port: port))) }
        for client in clients { client.send("a") }
        for client in clients[..<2] { #expect(client.receive() == .bytes([97])) }
        #expect(eventually { sluice.log.contains("accepting paused") }, "\(sluice.log)")
        let before = sluice.processorTicks
        #expect(clients[2].receive(milliseconds: 400) == .nothing)
        #expect(sluice.processorTicks - before <= 5, "it spins while it cannot accept")
        clients.removeFirst().close()
        #expect(clients[1].receive() == .bytes([97]))
        clients.removeAll()
        try limit(sluice, "4096:")
        #expect(
            (sluice.metric("sluice_listener_accept_pauses_total", "cause=\"exhausted\"") ?? 0) > 0)
        #expect(try sluice.ended("exhausted") == 0)
        try sluice.stop()
    }

    private func limit(_ sluice: SluiceProcess, _ limit: String) throws {
        let result = Command.run(
            "prlimit", ["--pid", "\(sluice.program.pid)", "--nofile=\(limit)"])
        try #require(result.status == 0, "\(result.errors)")
    }

    /// The limit under which so many numbers are free.
    private static func limit(leaving count: Int, _ resources: ProcessResources) -> Int {
        let used = Set(
            resources.names.compactMap { $0.split(separator: ":").first.flatMap { Int($0) } })
        var limit = 0
        var left = count
        while left > 0 {
            if !used.contains(limit) { left -= 1 }
            limit += 1
        }
        return limit
    }
}
