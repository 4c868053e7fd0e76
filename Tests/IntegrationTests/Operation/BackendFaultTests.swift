import Glibc
import Support
import Synchronization
import Testing

@Suite("Backends that die or stand still", .enabled(if: Command.exists("redis-server")))
struct BackendFaultTests {
    /// Asks a redis-server for PONG, on a new connection.
    private static func pings(_ port: UInt16) -> Bool {
        guard let client = TestSocket.connect(port: port), client.send("PING\r\n") else {
            return false
        }
        return client.receive(exactly: 7) == Array("+PONG\r\n".utf8)
    }

    private static func start(_ directory: TemporaryDirectory) -> (RealServer, UInt16) {
        let port = FreePort.take()
        let server = RealServer.redis(port, in: directory)
        #expect(server.waitUntilListening(port), "\(server.program.output)")
        return (server, port)
    }

    private static func configuration(_ ports: [UInt16]) -> String {
        """
        listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
        upstreams:
          servers:
            balance: round-robin
            backends: [\(ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", "))]
        """
    }

    @Test("no session that begins after a backend was killed fails, and it comes back")
    func killed() throws {
        let directory = TemporaryDirectory()
        let (first, firstPort) = Self.start(directory)
        let (second, secondPort) = Self.start(directory)
        let sluice = SluiceProcess(Self.configuration([firstPort, secondPort]))
        let port = try sluice.port(of: "one")
        // What is under way in the moment of the kill is lost with the server.
        let kill = Moment()
        let load = Load()
        for _ in 0..<3 {
            load.start {
                let isAfter = kill.hasCome
                return Self.pings(port) || !isAfter
            }
        }
        #expect(eventually { load.requests.load(ordering: .relaxed) > 100 })
        first.program.signal(SIGKILL)
        first.program.waitForExit()
        kill.come()
        let soFar = load.requests.load(ordering: .relaxed)
        #expect(eventually { load.requests.load(ordering: .relaxed) > soFar + 500 })
        #expect(load.failures.load(ordering: .relaxed) == 0)
        let report = try sluice.status().upstreams[0].backends
        #expect(report[0].failed >= 1)
        #expect(report[0].failed < 50, "a backend that failed is asked again and again")

        let again = RealServer.redis(firstPort, in: directory)
        let before = report[0].connected
        #expect(try eventually { try sluice.status().upstreams[0].backends[0].connected > before })
        #expect(load.stop() && load.failures.load(ordering: .relaxed) == 0)
        #expect(sluice.log.contains(" warning backend failed a connect "), "\(sluice.log)")
        withExtendedLifetime((second, again)) {}
        try sluice.stop()
    }

    @Test("a backend that stands still holds up nobody but its own clients")
    func stopped() throws {
        let directory = TemporaryDirectory()
        let (first, firstPort) = Self.start(directory)
        let (second, secondPort) = Self.start(directory)
        let sluice = SluiceProcess("workers: 1\n" + Self.configuration([firstPort, secondPort]))
        let port = try sluice.port(of: "one")
        let clients = (0..<8).compactMap { _ in TestSocket.connect(port: port) }
        #expect(
            try eventually { try sluice.status().upstreams[0].backends.map(\.active) == [4, 4] })
        first.program.signal(SIGSTOP)
        for client in clients { client.send("PING\r\n") }
        let answered = clients.filter { !$0.receive(exactly: 7, milliseconds: 300).isEmpty }
        #expect(answered.count == 4)
        for _ in 0..<50 {
            for client in answered {
                client.send("PING\r\n")
                #expect(client.receive(exactly: 7) == Array("+PONG\r\n".utf8))
            }
        }
        #expect(try sluice.status().upstreams[0].backends.map(\.active) == [4, 4])
        first.program.signal(SIGCONT)
        for client in clients where !answered.contains(where: { $0 === client }) {
            #expect(client.receive(exactly: 7) == Array("+PONG\r\n".utf8))
        }
        clients.forEach { $0.close() }
        withExtendedLifetime((first, second)) {}
        try sluice.stop()
    }
}

/// Something that comes once, told to other threads.
private final class Moment: Sendable {
    private let flag = Atomic<Bool>(false)

    var hasCome: Bool { flag.load(ordering: .acquiring) }

    func come() { flag.store(true, ordering: .releasing) }
}
