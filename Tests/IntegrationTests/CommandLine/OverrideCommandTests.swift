import Control
import FoundationEssentials
import Glibc
import Support
import Testing

@Suite("An operator's hand at run time")
struct OverrideCommandTests {
    @Test(
        "drain sends new sessions elsewhere and leaves those that are there",
        arguments: [
            ("drain", "drain"), ("disable", "disabled"),
        ])
    func drains(command: String, word: String) throws {
        let operated = try Operated()
        let held = try #require(operated.open(with: "r"))
        let drain = operated.sluice.command(
            command, "cache/red", "--for", "30m", "--reason", "new kernel")
        #expect(drain.status == 0 && drain.errors.isEmpty, "\(drain)")
        #expect(drain.output == "cache/red: \(word) for 30m, was ready; 1 session left\n")
        #expect(operated.servers() == ["b"])
        for _ in 0..<5 { #expect(Client.echoes(held)) }
        #expect(try operated.state("red") == word)
        let backend = try operated.sluice.status().upstreams[0].backends[0]
        let said = try #require(backend.override?.state)
        #expect(said.reason == "new kernel" && said.until != nil && said.uid == getuid())
        #expect(said.remainingMs.map { $0 > 1_700_000 && $0 <= 1_800_000 } == true)
        #expect(backend.connected > 0, "its counters stay")
        let up = "sluice_backend_up{upstream=\"cache\",backend=\"red\"}"
        #expect(operated.sluice.metric(up) == 0)
        let status = operated.sluice.command("status").output
        let note = "  red: \(word) by \(said.author), "
        #expect(status.contains(note) && status.contains(" left: new kernel"), "\(status)")
        let line = operated.sluice.log.split(separator: "\n").last {
            $0.contains("operator changed")
        }
        for field in [
            "action=\(command)", "backend=red", "upstream=cache", "reason=\"new kernel\"",
        ] { #expect(line?.contains(field) == true, "\(line ?? "not logged")") }
        #expect(line?.contains("operator=\(said.author) pid=\(said.pid ?? 0) ") == true)
        #expect(line?.contains(" until=\(said.until?.prefix(19) ?? "?")") == true)

        let ready = operated.sluice.command("ready", "cache/red")
        #expect(ready.output == "cache/red: ready, was \(word)\n", "\(ready)")
        #expect(operated.servers() == ["r", "b"])
        #expect(try operated.state("red") == "up")
        #expect(operated.sluice.metric(up) == 1)
        held.close()
        try operated.sluice.stop()
    }

    @Test("what was said holds over reloads, also while the backend is not configured")
    func outlivesReloads() throws {
        let operated = try Operated()
        #expect(operated.sluice.command("drain", "cache/red").status == 0)
        #expect(operated.sluice.command("weight", "cache/red", "7").status == 0)
        #expect(try operated.sluice.admin.reload().isApplied)
        #expect(operated.servers() == ["b"])
        operated.write(hasRed: false)
        #expect(try operated.sluice.admin.reload().isApplied)
        let table = operated.sluice.command("overrides").output
        #expect(table.contains("cache/red  drain") && table.contains("not configured"), "\(table)")
        let none = operated.sluice.command("drain", "cache/red")
        #expect(none.status == 1 && none.errors.contains("backends of cache: blue"), "\(none)")
        operated.write(hasRed: true)
        #expect(try operated.sluice.admin.reload().isApplied)
        #expect(try operated.state("red") == "drain")
        #expect(try operated.sluice.status().upstreams[0].backends[0].weight == 7)
        #expect(operated.servers() == ["b"])
        operated.write(hasRed: false)
        #expect(try operated.sluice.admin.reload().isApplied)
        #expect(
            operated.sluice.command("clear", "*").output
                == "cache/red: cleared, ready, not configured now\n")
        #expect(operated.sluice.command("overrides").output == "no overrides\n")
        #expect(operated.sluice.command("clear", "*").output == "nothing was overridden\n")
        try operated.sluice.stop()
    }

    @Test("an override ends by itself, states and weights alike, and the log says so")
    func expires() throws {
        let operated = try Operated()
        #expect(operated.sluice.command("drain", "cache/red", "--for", "400ms").status == 0)
        #expect(operated.servers(of: 4) == ["b"])
        let checksum = try operated.sluice.status().upstreams[0].checksum
        #expect(eventually { operated.servers() == ["r", "b"] })
        #expect(operated.sluice.log.contains("override has ended backend=red"))
        #expect(operated.sluice.command("weight", "cache/blue", "0", "--for", "400ms").status == 0)
        #expect(operated.servers(of: 4) == ["r"])
        #expect(try eventually { try operated.sluice.status().upstreams[0].checksum == checksum })
        #expect(operated.servers() == ["r", "b"])
        #expect(try operated.sluice.admin.overrides().isEmpty)
        try operated.sluice.stop()
    }

    @Test("a weight is in force when its command ends, and counts as no reload")
    func weights() throws {
        let operated = try Operated()
        let before = try operated.sluice.status()
        operated.sluice.write("nonsense: 1")
        #expect(try !operated.sluice.admin.reload().isApplied)
        let weight = operated.sluice.command("weight", "cache/b*", "3", "--reason", "strong")
        #expect(weight.status == 0 && weight.output == "cache/blue: weight 3, was 1\n", "\(weight)")
        let names = (0..<40).map { _ in operated.open()?.name }
        // Each worker has turns of its own.
        #expect((27...33).contains(names.count { $0 == "b" }), "\(names)")
        let status = try operated.sluice.status()
        #expect(status.upstreams[0].backends.map(\.weight) == [1, 3])
        #expect(status.upstreams[0].checksum != before.upstreams[0].checksum)
        #expect(status.lastReloadError != nil, "a weight hides that a reload was refused")
        #expect(operated.sluice.metric("sluice_config_reloads_total", "applied") == 0)
        let again = operated.sluice.command("weight", "cache/blue", "0")
        #expect(again.output == "cache/blue: weight 0, was 3, 1 by the file\n", "\(again)")
        #expect(operated.servers() == ["r"])
        #expect(
            operated.sluice.command("clear", "cache/blue").output
                == "cache/blue: cleared, ready, weight 1\n")
        #expect(try operated.sluice.status().upstreams[0].checksum == before.upstreams[0].checksum)
        #expect(operated.servers() == ["r", "b"])
        try operated.sluice.stop()
    }

    @Test("kill resets both sides of a backend's sessions and of no others")
    func kills() throws {
        let operated = try Operated()
        let reds = (0..<3).compactMap { _ in operated.open(with: "r") }
        let blue = try #require(operated.open(with: "b"))
        for session in reds { #expect(Client.echoes(session)) }
        #expect(try eventually { try operated.sluice.status().active == 4 })
        let kill = operated.sluice.command("kill", "cache/red", "--reason", "stuck")
        #expect(kill.status == 0 && kill.output == "cache/red: 3 sessions ended\n", "\(kill)")
        for session in reds { #expect(session.receive() == .failed(ECONNRESET)) }
        #expect(Client.echoes(blue))
        let ended = try operated.sluice.status().listeners[0].ended
        #expect(ended["killed"] == 3, "\(ended)")
        #expect(operated.sluice.log.contains("action=kill backend=red"))
        #expect(operated.servers() == ["r", "b"], "kill takes nobody out")
        blue.close()
        try operated.sluice.stop()
    }

    @Test("kill ends what a reload has left behind of a removed backend")
    func killsRemoved() throws {
        let operated = try Operated()
        let held = try #require(operated.open(with: "r"))
        operated.write(hasRed: false)
        #expect(try operated.sluice.admin.reload().isApplied)
        #expect(Client.echoes(held))
        #expect(
            operated.sluice.command("kill", "cache/red").output == "cache/red: 1 session ended\n")
        #expect(held.receive() == .failed(ECONNRESET))
        try operated.sluice.stop()
    }

    @Test("kill ends a session that waits for a backend's connect, too")
    func killsConnecting() throws {
        let deaf = try DeafPort()
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: cache } }
            upstreams:
              cache: { backends: ["127.0.0.1:\(deaf.port)"], connect: { timeout: 60s } }
            """)
        let client = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(
            try eventually { try sluice.status().upstreams[0].backends[0].active == 1 })
        #expect(sluice.command("kill", "cache/*").output.hasSuffix(": 1 session ended\n"))
        #expect(client.receive() == .failed(ECONNRESET))
        #expect(try sluice.ended("killed") == 1)
        try sluice.stop()
    }

    @Test("when nobody is left the operator is warned, and clients are told at once")
    func nobodyLeft() throws {
        let operated = try Operated()
        let first = operated.sluice.command("drain", "cache/red")
        #expect(first.errors.isEmpty, "\(first)")
        let last = operated.sluice.command("weight", "*/b?ue", "0")
        #expect(last.status == 0, "\(last)")
        #expect(last.errors == "warning: upstream cache has no backend left for new sessions\n")
        #expect(operated.servers(of: 3) == ["nobody"])
        #expect(try operated.sluice.status().listeners[0].ended["no_backend"] == 3)
        #expect(operated.sluice.command("clear", "cache/*").errors.isEmpty)
        #expect(operated.servers() == ["r", "b"])
        try operated.sluice.stop()
    }

    @Test("what means nothing ends with 64 or 1, says what was meant, and changes nothing")
    func mistakes() throws {
        let operated = try Operated()
        let mistakes: [([String], Int32, String)] = [
            (["drain", "cache"], 64, "for all of cache write 'cache/*'"),
            (["drain", "red"], 64, "did you mean 'cache/red'?"),
            (["drain", "*"], 64, "write '*/*'"),
            (["drain", "cache/red", "--reason", "a\nb"], 64, "one line"),
            (["drain", "cache/rde"], 1, "did you mean 'cache/red'?"),
            (["weight", "cahce/red", "2"], 1, "did you mean 'cache/red'?"),
            (["kill", "cache/127.0.0.1:\(operated.red.port)"], 1, "goes by its name, 'cache/red'"),
            (["ready", "cache/g*"], 1, "backends of cache: blue, red"),
        ]
        for (arguments, status, words) in mistakes {
            let command = Command.run(
                SluiceProcess.binary, arguments + ["--socket", operated.sluice.socketPath])
            #expect(command.status == status && command.output.isEmpty, "\(command)")
            #expect(command.errors.contains(words), "\(command.errors)")
        }
        #expect(try operated.sluice.admin.overrides().isEmpty)
        #expect(operated.servers() == ["r", "b"])
        try operated.sluice.stop()
    }

    @Test("overrides are shown within 80 columns, and as JSON")
    func table() throws {
        let operated = try Operated()
        let reason = String(repeating: "word ", count: 38) + "end"
        #expect(
            operated.sluice.command(
                "disable", "cache/red", "--for", "90m", "--reason", reason
            ).status == 0)
        #expect(operated.sluice.command("weight", "cache/red", "12").status == 0)
        for command in ["overrides", "status"] {
            let shown = operated.sluice.command(command)
            #expect(shown.status == 0 && shown.errors.isEmpty)
            for line in shown.output.split(separator: "\n") where !line.hasPrefix("configuration ")
            { #expect(line.count <= 80, "\(line)") }
            #expect(shown.output.contains("disabled") && shown.output.contains("weight 12"))
            let words = shown.output.split(whereSeparator: \.isWhitespace)
            #expect(words.count { $0 == "word" } == 38 && words.contains("end"), "\(words)")
        }
        let json = operated.sluice.command("overrides", "--json")
        let reports = try JSONDecoder().decode([OverrideReport].self, from: Data(json.output.utf8))
        #expect(reports.map(\.override) == ["disabled", "weight"])
        #expect(reports[0].reason == reason && reports[1].weight == 12)
        #expect(reports.allSatisfy { $0.isConfigured && $0.upstream == "cache" })
        try operated.sluice.stop()
    }
}
