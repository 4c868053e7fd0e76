import Glibc
import Support
import Synchronization
import Testing

/// Three redis-servers behind a Maglev table, probed with PING, under clients that never stop.
@Suite(
    "Health of real servers", .serialized, .enabled(if: Command.exists("redis-server")))
struct RedisHealthTests {
    private static let intervalMs: UInt64 = 200
    private static let timeoutMs: UInt64 = 300
    private static let fall: UInt64 = 2
    /// An interval may be a tenth longer; the rest is for a busy machine.
    private static let detectionMs = intervalMs * fall * 11 / 10 + timeoutMs + 2000

    private final class Fleet: @unchecked Sendable {
        let directory = TemporaryDirectory()
        var servers: [RealServer?] = []
        let ports = (0..<3).map { _ in FreePort.take() }
        let sluice: SluiceProcess
        let port: UInt16

        init(workers: Int) throws {
            for port in ports {
                let server = RealServer.redis(port, in: directory)
                #expect(server.waitUntilListening(port), "\(server.program.output)")
                servers.append(server)
            }
            let backends = ports.enumerated().map {
                "{ name: r\($0), address: \"127.0.0.1:\($1)\" }"
            }
            sluice = SluiceProcess(
                """
                workers: \(workers)
                listeners: { one: { bind: "127.0.0.1:0", upstream: cache } }
                upstreams:
                  cache:
                    balance: { algorithm: maglev, key: source-ip }
                    health:
                      tcp: { send: "PING\\r\\n", expect: "+PONG" }
                      interval: \(RedisHealthTests.intervalMs)ms
                      timeout: \(RedisHealthTests.timeoutMs)ms
                      fall: \(RedisHealthTests.fall)
                    slow_start: 2s
                    backends: [\(backends.joined(separator: ", "))]
                """)
            port = try sluice.port(of: "one")
        }

        /// The place of the server that answers a client of this address, or nil.
        func server(for client: UInt32) -> Int? {
            guard let connection = TestSocket.connect(port: port, from: 0x7f01_0000 + client),
                connection.send("CONFIG GET port\r\nQUIT\r\n"),
                let answer = connection.receiveAll()
            else { return nil }
            let text = String(decoding: answer, as: UTF8.self)
            return ports.firstIndex { text.contains("\($0)") }
        }

        /// Where each of many clients ends up.
        func map() -> [Int?] { (1...60).map { server(for: $0) } }

        func states() throws -> [String] { try sluice.status().upstreams[0].backends.map(\.state) }
    }

    @Test(
        "a server that is killed, stopped or back is found out in time, and no other key moves",
        arguments: [1, 2])
    func outages(workers: Int) throws {
        let fleet = try Fleet(workers: workers)
        let sluice = fleet.sluice
        #expect(try eventually { try fleet.states() == ["up", "up", "up"] })
        let home = fleet.map()
        #expect(Set(home) == [0, 1, 2], "\(home)")
        let load = Load()
        for client in 100..<103 as Range<UInt32> {
            load.start { fleet.server(for: client) != nil }
        }

        // Killed: connects are refused, so nobody waits; the others' clients stay where they are.
        fleet.servers[0]?.program.signal(SIGKILL)
        fleet.servers[0]?.program.waitForExit()
        let isFound = try eventually(within: Self.detectionMs) { try fleet.states()[0] == "down" }
        #expect(isFound, "\(sluice.log)")
        let failed = try sluice.status().upstreams[0].backends[0].failed
        var now = fleet.map()
        for (client, server) in home.enumerated() {
            #expect(server == 0 ? now[client] != 0 : now[client] == server, "\(client)")
            #expect(now[client] != nil)
        }
        #expect(try sluice.status().upstreams[0].backends[0].failed == failed)
        #expect(sluice.log.contains("backend is down") && sluice.log.contains("probe=\"refused"))

        // Stopped: it takes connections and says nothing.
        fleet.servers[1]?.program.signal(SIGSTOP)
        let isFoundToo = try eventually(within: Self.detectionMs) {
            try fleet.states() == ["down", "down", "up"]
        }
        #expect(isFoundToo, "\(sluice.log)")
        #expect(fleet.map().allSatisfy { $0 == 2 })
        #expect(sluice.log.contains("probe=timeout"), "\(sluice.log)")
        fleet.servers[1]?.program.signal(SIGCONT)
        #expect(try eventually { try fleet.states()[1] == "up" })

        // Back: its clients return to it bit by bit, and all of them in the end.
        let again = RealServer.redis(fleet.ports[0], in: fleet.directory)
        fleet.servers[0] = nil
        #expect(try eventually { try fleet.states()[0] == "up" })
        now = fleet.map()
        let clients = home.indices.filter { home[$0] == 0 }
        let early = clients.count { now[$0] == 0 }
        #expect(early < clients.count, "\(early) of \(clients.count) at once")
        for client in home.indices where home[client] == 2 { #expect(now[client] == 2) }
        #expect(eventually { fleet.map() == home })
        #expect(load.stop())
        #expect(load.requests.load(ordering: .relaxed) > 100)
        let transitions = "sluice_backend_transitions_total"
        #expect(sluice.metric(transitions, "to=\"down\",reason=\"refused\"") == 1)
        #expect(sluice.metric(transitions, "to=\"down\",reason=\"timeout\"") == 1)
        withExtendedLifetime(again) {}
        try sluice.stop()
    }
}
