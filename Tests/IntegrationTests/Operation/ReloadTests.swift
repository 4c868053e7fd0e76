import Glibc
import Support
import Testing

@Suite("Reloading")
struct ReloadTests {
    private static func configuration(
        _ listeners: [String], backends: [UInt16], more: String = ""
    ) -> String {
        let list = backends.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        return """
            listeners:
            \(listeners.map { "  \($0)" }.joined(separator: "\n"))
            upstreams:
              servers: { balance: round-robin, backends: [\(list)]\(more) }
            """
    }

    private static let one = "one: { bind: \"127.0.0.1:0\", upstream: servers }"
    private static let two = "two: { bind: \"127.0.0.2:0\", upstream: servers }"

    @Test("an unchanged listener keeps its sockets and its counters")
    func keepsSocketsAndCounters() throws {
        let (a, b) = (TestServer.naming("a"), TestServer.naming("b"))
        let sluice = SluiceProcess(Self.configuration([Self.one], backends: [a.port]))
        let port = try sluice.port(of: "one")
        let before = KernelSockets.listening(at: port)
        #expect(!before.isEmpty)
        for _ in 0..<3 { #expect(Client.whoAnswers(port) == "a") }
        sluice.write(
            Self.configuration([Self.one], backends: [b.port], more: ", connect: { timeout: 1s }"))
        let report = try sluice.admin.reload()
        #expect(report.isApplied)
        #expect(try sluice.port(of: "one") == port)
        #expect(KernelSockets.listening(at: port) == before)
        let names = sluice.resources.names
        for inode in before { #expect(names.contains { $0.hasSuffix("socket:[\(inode)]") }) }
        #expect(Client.whoAnswers(port) == "b")
        #expect(try sluice.status().listeners[0].accepted == 4)
        #expect(try sluice.status().generation == 2)
        try sluice.stop()
    }

    @Test("a session outlives the removal of its backend and of its listener")
    func sessionsSurvive() throws {
        let (old, new) = (TestServer.echo(), TestServer.echo())
        let sluice = SluiceProcess(
            Self.configuration([Self.one, Self.two], backends: [old.port]))
        let port = try sluice.port(of: "one")
        let session = try #require(TestSocket.connect(port: port))
        #expect(Client.echoes(session))
        sluice.write(Self.configuration([Self.one, Self.two], backends: [new.port]))
        #expect(try sluice.admin.reload().isApplied)
        #expect(Client.echoes(session), "its backend was removed")
        sluice.write(Self.configuration([Self.two], backends: [new.port]))
        #expect(try sluice.admin.reload().changes.contains("listener one: removed, draining"))
        #expect(TestSocket.connect(port: port) == nil, "a removed listener accepts")
        #expect(Client.echoes(session), "its listener was removed")
        #expect(try sluice.status().active == 1)
        session.close()
        #expect(eventually { sluice.metric("sluice_snapshots_retired") == 0 })
        try sluice.stop()
    }

    @Test("an added listener accepts as soon as the reload has answered, and comes and goes again")
    func addedListener() throws {
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(Self.configuration([Self.one], backends: [server.port]))
        for _ in 0..<5 {
            sluice.write(Self.configuration([Self.one, Self.two], backends: [server.port]))
            let report = try sluice.admin.reload()
            #expect(report.changes == ["listener two: added"])
            let port = try sluice.port(of: "two")
            let client = TestSocket.connect(host: 0x7f00_0002, port: port)
            #expect(client?.receiveAll() == Array("a".utf8))
            client?.close()
            sluice.write(Self.configuration([Self.one], backends: [server.port]))
            #expect(try sluice.admin.reload().changes == ["listener two: removed, draining"])
            #expect(TestSocket.connect(host: 0x7f00_0002, port: port) == nil)
        }
        try sluice.stop()
    }

    @Test("a bad file is refused with its errors, code 2, and the old one serves on")
    func badFile() throws {
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(Self.configuration([Self.one], backends: [server.port]))
        let port = try sluice.port(of: "one")
        sluice.write(
            Self.configuration(
                ["one: { bind: \"127.0.0.1:0\", upstrem: servers }"], backends: [server.port]))
        let reload = sluice.command("reload")
        #expect(reload.status == 2)
        #expect(reload.errors.contains("\(sluice.configurationPath):3:31: error: "), "\(reload)")
        #expect(reload.errors.contains("did you mean 'upstream'?"), "\(reload.errors)")
        #expect(reload.errors.contains("^^^^^^^"), "\(reload.errors)")
        #expect(reload.errors.contains("refused"))
        #expect(Client.whoAnswers(port) == "a")
        let status = try sluice.status()
        #expect(status.generation == 1)
        #expect(status.lastReloadError?.contains("upstrem") == true)
        #expect(sluice.metric("sluice_config_last_reload_successful") == 0)
        #expect(sluice.metric("sluice_config_reloads_total{result=\"refused\"}") == 1)
        #expect(sluice.command("status").output.contains("the last reload was refused:"))

        sluice.write(Self.configuration([Self.one], backends: [server.port]))
        let again = sluice.command("reload")
        #expect(again.status == 0)
        #expect(again.output.contains(": nothing changed"), "\(again.output)")
        #expect(try sluice.status().lastReloadError == nil)
        unlink(sluice.configurationPath)
        #expect(sluice.command("reload").status == 2)
        #expect(try sluice.admin.reload().cause == .file)
        #expect(Client.whoAnswers(port) == "a")
        try sluice.stop()
    }

    @Test("what waits for a restart is told at each reload, until the file takes it back")
    func pending() throws {
        let server = TestServer.naming("a")
        func configuration(_ workers: Int) -> String {
            "workers: \(workers)\n" + Self.configuration([Self.one], backends: [server.port])
        }
        let sluice = SluiceProcess(configuration(1))
        sluice.write(configuration(2))
        for count in 1...2 {
            #expect(try sluice.admin.reload().pending == ["workers"])
            let lines = sluice.log.split(separator: "\n").filter {
                $0.contains(" warning waits for a restart key=workers")
            }
            #expect(lines.count == count, "\(sluice.log)")
        }
        #expect(sluice.command("reload").output.contains("workers: waits for a restart"))
        sluice.write(configuration(1))
        #expect(try sluice.admin.reload().pending.isEmpty)
        try sluice.stop()
    }

    @Test("a port that is taken refuses the reload whole", arguments: [1, 2])
    func bindFailure(workers: Int) throws {
        let (a, b) = (TestServer.naming("a"), TestServer.naming("b"))
        let taken = TestSocket.listen()
        let head = "workers: \(workers)\n"
        let sluice = SluiceProcess(head + Self.configuration([Self.one], backends: [a.port]))
        let port = try sluice.port(of: "one")
        let before = sluice.resources.descriptors
        sluice.write(
            head
                + Self.configuration(
                    [
                        Self.one, "three: { bind: \"127.0.0.3:0\", upstream: servers }",
                        "two: { bind: \"127.0.0.1:\(taken.port)\", upstream: servers }",
                    ], backends: [b.port]))
        let reload = sluice.command("reload")
        #expect(reload.status == 1, "the file is good")
        #expect(try sluice.admin.reload().cause == .address)
        #expect(
            reload.errors.contains("listener two: cannot listen on 127.0.0.1:\(taken.port)"),
            "\(reload.errors)")
        #expect(Client.whoAnswers(port) == "a", "a refused reload took effect")
        #expect(try sluice.status().listeners.map(\.name) == ["one"])
        #expect(eventually { sluice.resources.descriptors <= before }, "sockets were left open")
        try sluice.stop()
    }

    @Test("SIGHUP does what `sluice reload` does, good file or bad")
    func hangUp() throws {
        let (a, b) = (TestServer.naming("a"), TestServer.naming("b"))
        let sluice = SluiceProcess(Self.configuration([Self.one], backends: [a.port]))
        let port = try sluice.port(of: "one")
        sluice.write(Self.configuration([Self.one], backends: [b.port]))
        sluice.program.signal(SIGHUP)
        #expect(sluice.waitForNotification("RELOADING=1"))
        #expect(sluice.waitForNotification("READY=1"))
        #expect(Client.whoAnswers(port) == "b")
        sluice.write("listeners: [")
        sluice.program.signal(SIGHUP)
        #expect(sluice.waitForNotification("RELOADING=1"))
        #expect(sluice.waitForNotification("READY=1"), "a refused reload has to end too")
        #expect(Client.whoAnswers(port) == "b")
        #expect(sluice.log.contains("configuration refused"), "\(sluice.log)")
        #expect(try sluice.status().lastReloadError != nil)
        try sluice.stop()
    }

    @Test("a Unix socket comes with its listener and its file goes with it")
    func unixListener() throws {
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(Self.configuration([Self.one], backends: [server.port]))
        let path = sluice.directory.file("front.sock")
        let local = "local: { bind: \"unix:\(path)\", upstream: servers, mode: \"0640\" }"
        sluice.write(Self.configuration([Self.one, local], backends: [server.port]))
        #expect(try sluice.admin.reload().isApplied)
        #expect(TestSocket.connect(unix: path)?.receiveAll() == Array("a".utf8))
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o640)
        sluice.write(Self.configuration([Self.one], backends: [server.port]))
        #expect(try sluice.admin.reload().isApplied)
        #expect(access(path, F_OK) != 0, "the file is left")
        try sluice.stop()
    }
}
