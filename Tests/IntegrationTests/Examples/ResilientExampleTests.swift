import Support
import Testing

@Suite("examples/resilient.yaml", .enabled(if: Command.exists("nginx")))
struct ResilientExampleTests {
    @Test("it serves, fails over to its spare and back, and lets an operator take a server out")
    func failover() throws {
        var example = try Example("resilient")
        // The example's pace is for people.
        example.replace("interval: 2s", by: "interval: 100ms")
        example.replace("timeout: 1s\n      rise", by: "timeout: 500ms\n      rise")
        example.replace("slow_start: 10s", by: "slow_start: 0s ")
        example.replace("pool: { warm: 4 }", by: "")
        let ports = [8101, 8102, 8103].map { example.port($0) }
        let directories = ports.map { _ in TemporaryDirectory() }
        var servers: [RealServer?] = zip(ports, directories).map { RealServer.nginx([$0], in: $1) }
        for (server, port) in zip(servers, ports) {
            #expect(server?.waitUntilListening(port) == true, "\(server?.program.errors ?? "")")
        }
        let sluice = SluiceProcess(example.text)
        let front = example.port(8100)
        func states() throws -> [String] {
            try sluice.status().upstreams[0].backends.map(\.state)
        }
        func answer() -> String? { Self.ask(front) }
        #expect(try eventually { try states() == ["up", "up", "up"] })
        #expect(["\(ports[0])", "\(ports[1])"].contains(answer()))
        #expect(sluice.command("drain", "site/second", "--reason", "new disk").status == 0)
        for _ in 0..<5 { #expect(answer() == "\(ports[0])") }
        servers[0] = nil
        #expect(try eventually { try states() == ["down", "drain", "up"] })
        for _ in 0..<5 { #expect(answer() == "\(ports[2])") }
        servers[0] = RealServer.nginx([ports[0]], in: directories[0])
        #expect(try eventually { try states()[0] == "up" })
        for _ in 0..<5 { #expect(answer() == "\(ports[0])") }
        #expect(sluice.command("clear", "*").status == 0)
        #expect(try states() == ["up", "up", "up"])
        withExtendedLifetime(servers) {}
        try sluice.stop()
    }

    /// The body of an answer over HTTP/1.0.
    private static func ask(_ port: UInt16) -> String? {
        guard let client = TestSocket.connect(port: port), client.send("GET / HTTP/1.0\r\n\r\n"),
            let bytes = client.receiveAll()
        else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").last.map {
            $0.trimmingNewline
        }
    }
}

extension Substring {
    fileprivate var trimmingNewline: String { String(filter { !$0.isNewline }) }
}
