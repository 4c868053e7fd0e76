// How the process ends, and what other signals do to it.

import Glibc
import Support
import Testing

@Suite("Signals and ends")
struct EndingTests {
    private static func configuration(_ port: UInt16, _ more: String = "") -> String {
        """
        \(more)
        listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
        upstreams: { servers: { backends: ["127.0.0.1:\(port)"] } }
        """
    }

    @Test(
        "SIGTERM and SIGINT refuse who is new and let who is there finish",
        arguments: [SIGTERM, SIGINT])
    func drains(signal: Int32) throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port))
        let port = try sluice.port(of: "one")
        let session = try #require(TestSocket.connect(port: port))
        #expect(Client.echoes(session))
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.status == 200)
        sluice.program.signal(signal)
        #expect(sluice.waitForNotification("STOPPING=1"))
        #expect(eventually { TestSocket.connect(port: port) == nil })
        let ready = AdminHTTP.get(sluice.socketPath, "/ready")
        #expect(ready?.status == 503 && ready?.body == "draining\n", "\(String(describing: ready))")
        #expect(AdminHTTP.get(sluice.socketPath, "/live")?.status == 200)
        #expect(try sluice.status().state == "draining")
        #expect(try sluice.admin.reload().errors == ["the process is draining"])
        let reload = sluice.command("reload")
        #expect(reload.status == 1 && reload.errors.contains("draining"), "\(reload)")
        for _ in 0..<20 { #expect(Client.echoes(session)) }
        #expect(sluice.program.isRunning)
        session.shutdownWrite()
        #expect(session.receiveAll() == [])
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
        #expect(access(sluice.socketPath, F_OK) != 0, "the admin socket's file is left")
        #expect(sluice.log.contains(" info stopped"), "\(sluice.log)")
    }

    @Test(
        "SIGTERM refuses a reload that waits for names, and it is not applied later",
        .enabled(if: NameServer.works))
    func drainsWhileReloading() throws {
        let names = NameServer()
        defer { names.stop() }
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port), launcher: names.launcher)
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(Client.echoes(session))
        sluice.write(
            """
            listeners: { two: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["slow.test:80"] } }
            """)
        sluice.program.signal(SIGHUP)
        #expect(eventually { names.isAsked("slow.test") })
        sluice.program.signal(SIGTERM)
        #expect(eventually { sluice.log.contains("the process is draining") }, "\(sluice.log)")
        names.answer("slow.test", 0x7f00_0001)
        sluice.program.signal(SIGHUP)
        #expect(eventually { sluice.log.contains(" warning reload refused") }, "\(sluice.log)")
        // Longer than a reload waits for names.
        #expect(session.receive(milliseconds: 1100) == .nothing)
        let status = try sluice.status()
        #expect(status.generation == 1 && status.listeners.map(\.name) == ["one"], "\(status)")
        #expect(!sluice.log.contains("configuration applied"), "\(sluice.log)")
        session.close()
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
    }

    @Test("drain_timeout cuts what is left")
    func drainTimeout() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port, "drain_timeout: 400ms"))
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(Client.echoes(session))
        let clock = ContinuousClock()
        let began = clock.now
        sluice.program.signal(SIGTERM)
        let ending = session.receive()
        #expect(clock.now - began >= .milliseconds(350))
        #expect(ending == .end || ending == .failed(ECONNRESET), "\(ending)")
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
    }

    @Test("a second SIGTERM stops at once")
    func secondSignal() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port, "drain_timeout: 1h"))
        let session = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        #expect(Client.echoes(session))
        sluice.program.signal(SIGTERM)
        #expect(sluice.waitForNotification("STOPPING=1"))
        #expect(session.receive(milliseconds: 100) == .nothing)
        sluice.program.signal(SIGTERM)
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
        let ending = session.receive()
        #expect(ending == .end || ending == .failed(ECONNRESET), "\(ending)")
    }

    @Test("SIGUSR1 opens the log file anew after it was moved away")
    func reopensLog() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(
            Self.configuration(server.port, "log: { file: $DIR/sluice.log }"))
        let (path, moved) = (sluice.directory.file("sluice.log"), sluice.directory.file("old.log"))
        #expect(TextFile.read(path).contains(" info ready"))
        #expect(rename(path, moved) == 0)
        _ = try sluice.admin.reload()
        sluice.program.signal(SIGUSR1)
        #expect(eventually { TextFile.read(path).contains(" info log reopened") })
        #expect(!TextFile.read(moved).contains("log reopened"))
        #expect(sluice.log.isEmpty, "nothing goes to standard error: \(sluice.log)")
        try sluice.stop()
    }

    @Test("SIGPIPE does no harm")
    func brokenPipe() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(Self.configuration(server.port))
        let port = try sluice.port(of: "one")
        sluice.program.signal(SIGPIPE)
        #expect(Client.echoes(TestSocket.connect(port: port)))
        try sluice.stop()
    }

    @Test(
        "as process 1 it serves, reaps orphans and ends by SIGTERM", .enabled(if: Namespaces.work))
    func processOne() throws {
        let server = TestServer.echo()
        let directory = TemporaryDirectory()
        let socket = directory.file("admin.sock")
        let file = directory.write(
            "admin: { socket: \(socket) }\n" + Self.configuration(server.port), to: "sluice.yaml")
        let outer = ChildProgram(
            "unshare", ["--pid", "--fork", "--kill-child", SluiceProcess.binary, "run", file])
        #expect(eventually { AdminHTTP.get(socket, "/ready")?.status == 200 }, "\(outer.errors)")
        let inner = try #require(Namespaces.children(of: outer.pid).first)
        let ready = try #require(AdminHTTP.get(socket, "/status"))
        #expect(ready.body.contains("\"pid\" : 1,"), "\(ready.body)")
        let shell = Command.run(
            "nsenter", ["-t", "\(inner)", "-p", "sh", "-c", "(sleep 0.3) & (sleep 0.2) &"])
        #expect(shell.status == 0, "\(shell.errors)")
        #expect(Namespaces.children(of: inner).count == 2, "no orphans came to process 1")
        #expect(eventually { Namespaces.children(of: inner).isEmpty }, "zombies are left")
        kill(inner, SIGTERM)
        #expect(outer.waitForExit(milliseconds: 10_000) == 0, "\(outer.errors)")
    }
}

/// Process namespaces and who is in them.
enum Namespaces {
    /// True when this machine lets the test make one.
    static let work =
        Command.exists("unshare") && Command.exists("nsenter")
        && Command.run("unshare", ["--pid", "--fork", "true"]).status == 0

    /// A process's children, zombies included (proc_pid_task(5)).
    static func children(of pid: pid_t) -> [pid_t] {
        TextFile.read("/proc/\(pid)/task/\(pid)/children").split(separator: " ")
            .compactMap { pid_t($0) }
    }
}
