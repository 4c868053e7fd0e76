// Reloading again and again while clients work, and reloading what is large.

import Glibc
import Support
import Testing

@Suite("Reloading under load", .serialized)
struct ReloadLoadTests {
    /// A configuration that differs in backends, weights, policy and listeners from the one before.
    private static func configuration(_ round: Int, _ ports: [UInt16]) -> String {
        let algorithms = ["random-two", "round-robin", "maglev", "least-connections", "ring"]
        let kept = ports.enumerated().filter { round % 3 == 0 || $0.offset != round % 3 }
        let list = kept.map { "{ address: \"127.0.0.1:\($0.element)\", weight: \(1 + round % 7) }" }
        let extra = round % 2 == 0 ? "" : "  extra: { bind: \"127.0.0.2:0\", upstream: servers }"
        return """
            listeners:
              one: { bind: "127.0.0.1:0", upstream: servers, timeouts: { idle: \(60 + round % 9)s } }
            \(extra)
            upstreams:
              servers:
                balance: \(algorithms[round % algorithms.count])
                backends: [\(list.joined(separator: ", "))]
            """
    }

    @Test("1,000 reloads, every tenth of a broken file, fail no request and leave nothing behind")
    func thousandReloads() throws {
        let servers = (0..<3).map { _ in TestServer.echo() }
        let ports = servers.map(\.port)
        let sluice = SluiceProcess(Self.configuration(0, ports))
        let port = try sluice.port(of: "one")
        let load = Load()
        for _ in 0..<2 {
            let kept = try #require(TestSocket.connect(port: port))
            load.start { Client.echoes(kept, "a kept connection") }
            load.start { Client.echoes(TestSocket.connect(port: port), "a new connection") }
        }
        var warm = sluice.resources
        var refused = 0
        for round in 1...1000 {
            let isBroken = round % 10 == 0
            sluice.write(isBroken ? "listeners: { one: [" : Self.configuration(round, ports))
            let report = try sluice.admin.reload()
            #expect(report.isApplied != isBroken, "round \(round): \(report)")
            refused += report.isApplied ? 0 : 1
            if round == 200 { warm = sluice.resources }
        }
        #expect(refused == 100)
        sluice.write(Self.configuration(0, ports))
        #expect(try sluice.admin.reload().isApplied)
        #expect(load.stop(), "a client hangs")
        #expect(load.failures.load(ordering: .relaxed) == 0)
        #expect(load.requests.load(ordering: .relaxed) >= 400)
        #expect(try eventually { try sluice.status().active == 0 })
        #expect(
            eventually { sluice.metric("sluice_snapshots_retired") == 0 }, "snapshots are kept")
        #expect(eventually { sluice.resources.descriptors <= warm.descriptors + 2 })
        let report = try sluice.status()
        #expect(report.generation == 902)
        #expect(report.listeners[0].accepted >= 200, "counters begin anew")
        if !SluiceProcess.isSanitized {
            let grown = sluice.resources.residentKiB - warm.residentKiB
            #expect(grown <= 4096, "800 reloads took \(grown) KiB")
        }
        try sluice.stop()
    }

    @Test("10,000 backends are reloaded in less than 200 ms")
    func manyBackends() throws {
        func configuration(_ round: Int) -> String {
            var text = """
                listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
                upstreams:
                  servers:
                    backends:

                """
            for index in 0..<10_000 {
                text += "      - \"10.0.\(index / 250).\(index % 250 + 1 + round % 2):80\"\n"
            }
            return text
        }
        let sluice = SluiceProcess(configuration(0))
        var fastest = UInt64.max
        for round in 1...4 {
            sluice.write(configuration(round))
            let report = try sluice.admin.reload()
            #expect(report.isApplied)
            #expect(report.changes.count == 80, "one at each end of 40 networks")
            fastest = min(fastest, report.milliseconds)
        }
        let isRelease = SluiceProcess.binary.contains("/release/")
        #expect(fastest < (isRelease ? 200 : 10_000), "\(fastest) ms")
        #expect(try sluice.status().upstreams[0].backends.count == 10_000)
        #expect(sluice.command("reload").output.contains(": nothing changed"))
        try sluice.stop()
    }
}
