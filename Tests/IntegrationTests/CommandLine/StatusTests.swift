import Control
import FoundationEssentials
import Support
import Testing

@Suite("sluice status")
struct StatusTests {
    @Test("it fits 80 columns and shows listeners, upstreams and backends by state")
    func status() throws {
        let server = TestServer.echo()
        let dead = FreePort.take()
        let sluice = SluiceProcess(
            """
            listeners:
              web: { bind: ["127.0.0.1:0", "127.0.0.2:0"], upstream: site, max_connections: 100 }
              databases: { bind: "127.0.0.3:0", upstream: replicas }
              broken: { bind: "127.0.0.4:0", upstream: nothing }
            upstreams:
              site:
                balance: round-robin
                backends: [{ name: blue, address: "127.0.0.1:\(server.port)", weight: 3 }]
              nothing: { balance: random, backends: ["127.0.0.1:\(dead)", "127.0.0.9:\(dead)"] }
              replicas: { balance: maglev, backends: ["db1.prod.invalid:5432"] }
            """)
        let port = try sluice.port(of: "web")
        let held = (0..<4).compactMap { _ in TestSocket.connect(port: port) }
        for client in held { #expect(Client.echoes(client, "12345")) }
        let broken = try sluice.port(of: "broken")
        var status = sluice.command("status")
        for _ in 0..<5 { _ = TestSocket.connect(host: 0x7f00_0004, port: broken)?.receive() }
        status = sluice.command("status")
        #expect(
            status.output.contains(" ejected ") && status.status == 0 && status.errors.isEmpty,
            "\(status)")
        let lines = status.output.split(separator: "\n").map { String($0) }
        // The path in the second line is the test's, and long.
        for line in lines where !line.hasPrefix("configuration ") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
        #expect(lines[0].hasPrefix("sluice "))
        #expect(lines[0].contains("running, pid \(sluice.program.pid), up "), "\(lines[0])")
        #expect(lines[0].contains(" 4 of "), "\(lines[0])")
        func words(_ first: String) -> [Substring]? {
            lines.map { $0.split(separator: " ") }.first { $0.first == first[...] }
        }
        #expect(words("web")?.prefix(5) == ["web", "127.0.0.1:\(port)", "site", "4", "4"])
        #expect(lines.contains { $0.contains(" 127.0.0.2:") })
        #expect(words("blue")?.prefix(6) == ["blue", "up", "3", "4", "4", "0"])
        #expect(words("db1.prod.invalid:5432")?[1] == "unresolved")
        #expect(lines.contains { $0.hasPrefix("UPSTREAM replicas: maglev, 0 active, table ") })

        let json = sluice.command("status", "--json")
        let report = try JSONDecoder().decode(StatusReport.self, from: Data(json.output.utf8))
        #expect(report.active == 4)
        #expect(report.listeners.map(\.name) == ["broken", "databases", "web"])
        #expect(report.listeners[2].maxConnections == 100)
        #expect(report.upstreams.map(\.algorithm) == ["random", "maglev", "round-robin"])
        held.forEach { $0.close() }
        try sluice.stop()
    }

    @Test(
        "two processes of one file have tables of one checksum, whatever the order of its backends")
    func checksum() throws {
        func start(_ backends: String) -> SluiceProcess {
            SluiceProcess(
                """
                listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
                upstreams: { servers: { balance: maglev, backends: [\(backends)] } }
                """)
        }
        let (first, second) = (
            start("\"10.0.0.1:80\", \"10.0.0.2:80\", \"10.0.0.3:80\""),
            start("\"10.0.0.3:80\", \"10.0.0.1:80\", \"10.0.0.2:80\"")
        )
        let checksum = try first.status().upstreams[0].checksum
        #expect(checksum.utf8.count == 16)
        #expect(try second.status().upstreams[0].checksum == checksum)
        try first.stop()
        try second.stop()
    }

    @Test("reload prints each change and what waits for a restart")
    func reloadOutput() throws {
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["10.0.0.1:80", "10.0.0.2:80"] } }
            """)
        sluice.write(
            """
            workers: 7
            drain_timeout: 5s
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                balance: maglev
                backends: [{ address: "10.0.0.2:80", weight: 2 }, "10.0.0.3:80"]
            """)
        let reload = sluice.command("reload")
        #expect(reload.status == 0 && reload.errors.isEmpty, "\(reload)")
        let lines = reload.output.split(separator: "\n").map { String($0) }
        #expect(
            Set(lines.dropLast()) == [
                "backend servers/10.0.0.1:80: removed, draining",
                "backend servers/10.0.0.2:80: weight 1 to 2",
                "backend servers/10.0.0.3:80: added", "upstream servers: balance changed",
                "drain_timeout: changed", "workers: waits for a restart",
            ])
        #expect(lines.last?.hasSuffix(" ms: 5 changes") == true, "\(lines)")
        try sluice.stop()
    }
}
