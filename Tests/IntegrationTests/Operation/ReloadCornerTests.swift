import Glibc
import Support
import Synchronization
import Testing

@Suite("Corners of reloading")
struct ReloadCornerTests {
    private static func configuration(_ listeners: String, _ port: UInt16, _ more: String = "")
        -> String
    {
        """
        \(more)
        listeners: { \(listeners) }
        upstreams: { servers: { backends: ["127.0.0.1:\(port)"] } }
        """
    }

    @Test("an address that moves to a listener of another name keeps its sockets")
    func renamed() throws {
        let server = TestServer.naming("a")
        let port = FreePort.take()
        func listener(_ name: String) -> String {
            "\(name): { bind: \"127.0.0.1:\(port)\", upstream: servers }"
        }
        let sluice = SluiceProcess(Self.configuration(listener("one"), server.port))
        let before = KernelSockets.listening(at: port)
        #expect(Client.whoAnswers(port) == "a")
        sluice.write(Self.configuration(listener("uno"), server.port))
        let report = try sluice.admin.reload()
        #expect(report.changes == ["listener one: removed, draining", "listener uno: added"])
        #expect(KernelSockets.listening(at: port) == before && !before.isEmpty)
        #expect(Client.whoAnswers(port) == "a")
        #expect(try sluice.status().listeners.map(\.accepted) == [1], "the new name counts anew")
        try sluice.stop()
    }

    @Test("a listener and a backend that come back under their names go on counting")
    func comesBack() throws {
        let (a, b) = (TestServer.echo(), TestServer.echo())
        func configuration(_ backends: String) -> String {
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { balance: round-robin, backends: [\(backends)] } }
            """
        }
        let both = "\"127.0.0.1:\(a.port)\", { name: moving, address: \"127.0.0.1:\(b.port)\" }"
        let sluice = SluiceProcess(configuration(both))
        let port = try sluice.port(of: "one")
        // A session keeps the state of its backend alive while no configuration has it.
        let held = (0..<8).compactMap { _ in TestSocket.connect(port: port) }
        for client in held { #expect(Client.echoes(client)) }
        // What is relayed is counted just after it was sent.
        var before = try sluice.status().upstreams[0].backends[1]
        let isCounted = try eventually {
            before = try sluice.status().upstreams[0].backends[1]
            return before.receivedBytes == 4 * before.connected
        }
        #expect(isCounted && before.connected >= 2, "\(before)")
        sluice.write(configuration("\"127.0.0.1:\(a.port)\""))
        #expect(try sluice.admin.reload().isApplied)
        sluice.write(configuration(both))
        #expect(try sluice.admin.reload().isApplied)
        let after = try sluice.status().upstreams[0].backends[1]
        #expect(after == before, "\(after), before \(before)")
        for client in held { #expect(Client.echoes(client)) }
        held.forEach { $0.close() }
        try sluice.stop()
    }

    @Test("reloads that come at once are all answered")
    func together() throws {
        let server = TestServer.naming("a")
        let text = Self.configuration(
            "one: { bind: \"127.0.0.1:0\", upstream: servers }", server.port)
        let sluice = SluiceProcess(text)
        let answers = Answers()
        for _ in 0..<8 {
            ThreadOfTest.start {
                let report = try? sluice.admin.reload()
                answers.add(report?.isApplied == true)
            }
            sluice.program.signal(SIGHUP)
        }
        #expect(eventually { answers.count == 8 })
        #expect(answers.good == 8)
        #expect(Client.whoAnswers(try sluice.port(of: "one")) == "a")
        try sluice.stop()
    }

    @Test("a log that cannot be opened is told by the reload, and the old one goes on")
    func badLog() throws {
        let server = TestServer.naming("a")
        let listener = "one: { bind: \"127.0.0.1:0\", upstream: servers }"
        let sluice = SluiceProcess(Self.configuration(listener, server.port))
        sluice.write(
            Self.configuration(listener, server.port, "log: { file: $DIR/missing/sluice.log }"))
        let reload = sluice.command("reload")
        #expect(reload.status == 0 && reload.output.contains("log: changed"), "\(reload)")
        #expect(reload.errors.contains("/missing/sluice.log"), "\(reload)")
        #expect(sluice.log.contains("cannot open the log"), "\(sluice.log)")
        try sluice.stop()
    }

    @Test(
        "a log or an admin socket in a missing directory ends the start with code 1 and its path",
        arguments: [
            "log: { file: $DIR/missing/sluice.log }", "admin: { socket: $DIR/missing/too/a.sock }",
        ])
    func badStart(setting: String) {
        let directory = TemporaryDirectory()
        let more = setting.split(separator: "$DIR").joined(separator: directory.path)
        let admin =
            setting.hasPrefix("admin") ? "" : "admin: { socket: \(directory.file("a.sock")) }"
        let file = directory.write(
            Self.configuration(
                "one: { bind: \"127.0.0.1:0\", upstream: servers }", 9, "\(admin)\n\(more)"),
            to: "sluice.yaml")
        let run = Command.run(SluiceProcess.binary, ["run", file])
        #expect(run.status == 1 && run.errors.contains("/missing/"), "\(run)")
    }

    @Test("sessions of a removed backend end when its upstream's drain_timeout is over")
    func removedBackendDrains() throws {
        let (a, b) = (TestServer.echo(), TestServer.echo())
        func configuration(_ port: UInt16) -> String {
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                drain_timeout: 300ms
                connect: { timeout: 1s }
                backends: ["127.0.0.1:\(port)"]
            """
        }
        // Deadlines are looked at again when the connect's timer runs out, and each 30 s from then
        // on.
        let sluice = SluiceProcess(configuration(a.port))
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(Client.echoes(session))
        sluice.write(configuration(b.port))
        #expect(try sluice.admin.reload().isApplied)
        #expect(Client.echoes(session))
        // It stays to be seen for as long as somebody is with it.
        let leaving = try #require(try sluice.status().upstreams[0].backends.last)
        #expect(leaving.state == "removed" && leaving.active == 1, "\(leaving)")
        let sample = "backend=\"127.0.0.1:\(a.port)\""
        #expect(sluice.metric("sluice_backend_sessions_active", sample) == 1)
        let ending = session.receive(milliseconds: 3000)
        #expect(ending == .end || ending == .failed(ECONNRESET), "\(ending)")
        #expect(try eventually { try sluice.status().listeners[0].ended["drain_timeout"] == 1 })
        #expect(eventually { sluice.metric("sluice_backend_sessions_active", sample) == nil })
        #expect(try sluice.status().upstreams[0].backends.count == 1)
        try sluice.stop()
    }
}

/// What threads have been answered.
private final class Answers: Sendable {
    private let total = Atomic<Int>(0)
    private let applied = Atomic<Int>(0)

    func add(_ isApplied: Bool) {
        if isApplied { applied.add(1, ordering: .relaxed) }
        total.add(1, ordering: .releasing)
    }

    var count: Int { total.load(ordering: .acquiring) }
    var good: Int { applied.load(ordering: .relaxed) }
}
