import Glibc
import Support
import Testing

@Suite(
    "examples/quickstart.yaml and tcp.yaml",
    .enabled(if: Command.exists("nginx") && Command.exists("curl")))
struct WebExampleTests {
    @Test("quickstart: curl gets pages of both servers")
    func quickstart() throws {
        let example = try Example("quickstart")
        let directory = TemporaryDirectory()
        let ports = [8081, 8082].map { example.port($0) }
        let server = RealServer.nginx(ports, in: directory)
        #expect(server.waitUntilListening(ports[1]), "\(server.program.errors)")
        let sluice = SluiceProcess(example.text)
        let front = try sluice.port(of: "web")
        var seen: Set<String> = []
        for _ in 0..<40 { seen.insert(Self.get(["http://127.0.0.1:\(front)/"])) }
        #expect(seen == Set(ports.map { "\($0)" }))
        withExtendedLifetime(server) {}
        try sluice.stop()
    }

    @Test("tcp: in turns by weight, over TCP and the Unix socket that anybody may open")
    func tcp() throws {
        let example = try Example("tcp")
        let directory = TemporaryDirectory()
        let ports = [9001, 9002, 9003].map { example.port($0) }
        let server = RealServer.nginx(ports, in: directory)
        #expect(server.waitUntilListening(ports[2]), "\(server.program.errors)")
        let sluice = SluiceProcess(example.text)
        let front = try sluice.port(of: "front")
        var counts: [String: Int] = [:]
        for _ in 0..<40 { counts[Self.get(["http://127.0.0.1:\(front)/"]), default: 0] += 1 }
        #expect(counts.count == 3, "\(counts)")
        // Each of the two workers takes its own turns, so that rounds may be left unfinished.
        #expect((16...24).contains(counts["\(ports[0])"] ?? 0), "\(counts)")
        let path = sluice.directory.file("front.sock")
        let answer = Self.get(["--unix-socket", path, "http://sluice/"])
        #expect(ports.contains { "\($0)" == answer }, "\(answer)")
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o666)
        let report = try sluice.status()
        #expect(report.workers == 2)
        #expect(report.listeners[0].addresses == ["127.0.0.1:\(front)", "unix:\(path)"])
        #expect(report.upstreams[0].backends[2].name == "third")
        withExtendedLifetime(server) {}
        try sluice.stop()
    }

    @Test(
        "all of them are good as they are", arguments: ["redis", "postgres", "tcp", "quickstart"])
    func check(name: String) {
        let path = Checkout.path("examples/\(name).yaml")
        let check = Command.run(SluiceProcess.binary, ["check", path])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
    }

    private static func get(_ arguments: [String]) -> String {
        let curl = Command.run("curl", ["-sS", "-m", "10"] + arguments)
        return curl.status == 0 ? String(curl.output.dropLast()) : curl.errors
    }
}
