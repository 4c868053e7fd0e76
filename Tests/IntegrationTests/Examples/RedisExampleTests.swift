import Support
import Testing

@Suite("examples/redis.yaml", .enabled(if: Command.exists("redis-server")))
struct RedisExampleTests {
    @Test("redis-cli sets and gets through it, and each client keeps to one server")
    func redis() throws {
        let example = try Example("redis")
        let directory = TemporaryDirectory()
        let ports = [7001, 7002, 7003].map { example.port($0) }
        let servers = ports.map { RealServer.redis($0, in: directory) }
        for (server, port) in zip(servers, ports) {
            #expect(server.waitUntilListening(port), "\(server.program.output)")
            #expect(Self.cli(port, "set", "who", "\(port)") == "OK")
        }
        let sluice = SluiceProcess(example.text)
        let front = example.port(7000)
        #expect(try sluice.port(of: "redis") == front)
        #expect(Self.cli(front, "ping") == "PONG")
        #expect(Self.cli(front, "set", "key", "value of some length") == "OK")
        #expect(Self.cli(front, "get", "key") == "value of some length")

        var seen: Set<String> = []
        for host in 1...40 as ClosedRange<UInt32> {
            let first = try #require(Self.who(front, host))
            #expect(Self.who(front, host) == first, "127.0.0.\(host) went elsewhere")
            seen.insert(first)
        }
        #expect(seen == Set(ports.map { "\($0)" }), "40 clients leave a server idle")
        let names = try sluice.status().upstreams[0].backends.map(\.name)
        #expect(names == ["red", "green", "blue"])
        withExtendedLifetime(servers) {}
        try sluice.stop()
    }

    private static func cli(_ port: UInt16, _ words: String...) -> String {
        let command = Command.run("redis-cli", ["-p", "\(port)"] + words)
        return String((command.output + command.errors).dropLast())
    }

    /// What the server that a client from 127.0.0.`host` meets has under "who".
    private static func who(_ port: UInt16, _ host: UInt32) -> String? {
        guard let client = TestSocket.connect(port: port, from: 0x7f00_0000 + host),
            client.send("GET who\r\n")
        else { return nil }
        // "$5", the value, each with its CRLF; ports have five digits.
        return Client.text(client.receive(exactly: 11))?.split(separator: "\r\n").last.map {
            String($0)
        }
    }
}
