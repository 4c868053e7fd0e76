import Glibc
import Support
import Testing

@Suite("The admin socket's file")
struct AdminSocketFileTests {
    private static func configuration(
        _ directory: TemporaryDirectory, _ more: String = "", port: UInt16 = 0
    )
        -> String
    {
        """
        admin: { socket: "\(directory.file("admin.sock"))"\(more) }
        listeners: { one: { bind: "127.0.0.1:\(port)", upstream: servers } }
        upstreams: { servers: { backends: ["127.0.0.1:9"] } }
        """
    }

    private static func mode(_ path: String) -> mode_t? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? facts.st_mode : nil
    }

    @Test(
        "it is there with its mode from the first moment",
        arguments: [("", 0o600), (", mode: \"0660\"", 0o660), (", mode: \"0666\"", 0o666)])
    func mode(setting: String, expected: Int) {
        let directory = TemporaryDirectory()
        let path = directory.file("admin.sock")
        let file = directory.write(Self.configuration(directory, setting), to: "sluice.yaml")
        let program = ChildProgram(SluiceProcess.binary, ["run", file])
        var first: mode_t?
        while first == nil, program.isRunning { first = Self.mode(path) }
        #expect(first.map { $0 & 0o7777 } == mode_t(expected), "\(program.errors)")
        #expect(eventually { AdminHTTP.get(path, "/ready")?.status == 200 })
        program.signal(SIGTERM)
        #expect(program.waitForExit() == 0)
        #expect(Self.mode(path) == nil)
    }

    @Test("its directory is made if it is missing; what is missing above is an error")
    func directoryMissing() {
        let directory = TemporaryDirectory()
        let path = directory.file("run/admin.sock")
        let text = Self.configuration(directory)
        let near = text.replacing("admin.sock", with: "run/admin.sock")
        let file = directory.write(near, to: "sluice.yaml")
        for _ in 0..<2 {
            let program = ChildProgram(SluiceProcess.binary, ["run", file])
            #expect(
                eventually { AdminHTTP.get(path, "/ready")?.status == 200 }, "\(program.errors)")
            #expect(Self.mode(directory.file("run")).map { $0 & 0o700 } == 0o700)
            program.signal(SIGTERM)
            #expect(program.waitForExit() == 0)
        }
        let far = text.replacing("admin.sock", with: "no/such/admin.sock")
        let ended = Command.run(
            SluiceProcess.binary, ["run", directory.write(far, to: "far.yaml")])
        #expect(ended.status == 1)
        #expect(ended.errors.contains("no/such/admin.sock"), "\(ended.errors)")
        #expect(ended.errors.contains("mkdir: No such file or directory"), "\(ended.errors)")
    }

    @Test("one that a killed process left is replaced")
    func stale() {
        let directory = TemporaryDirectory()
        let path = directory.file("admin.sock")
        let file = directory.write(Self.configuration(directory), to: "sluice.yaml")
        for _ in 0..<2 {
            let program = ChildProgram(SluiceProcess.binary, ["run", file])
            #expect(
                eventually { AdminHTTP.get(path, "/ready")?.status == 200 }, "\(program.errors)")
            program.signal(SIGKILL)
            program.waitForExit()
            #expect(Self.mode(path) != nil)
        }
    }

    @Test(
        "a second process on the same admin socket ends with code 1 and says why; the first serves on"
    )
    func inUse() throws {
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """)
        let second = Command.run(SluiceProcess.binary, ["run", sluice.configurationPath])
        #expect(second.status == 1)
        #expect(second.errors.contains(sluice.socketPath), "\(second.errors)")
        #expect(second.errors.contains("in use"), "\(second.errors)")
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.status == 200)
        try sluice.stop()
    }

    @Test("a second process on the same port ends with code 1 and says why", arguments: [1, 2])
    func portInUse(workers: Int) throws {
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(
            """
            workers: \(workers)
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """)
        let port = try sluice.port(of: "one")
        let directory = TemporaryDirectory()
        let file = directory.write(
            "workers: \(workers)\n" + Self.configuration(directory, port: port), to: "sluice.yaml")
        let second = Command.run(SluiceProcess.binary, ["run", file])
        #expect(second.status == 1)
        #expect(
            second.errors.contains("listener one: cannot listen on 127.0.0.1:\(port)"),
            "\(second.errors)")
        for _ in 0..<8 { #expect(Client.whoAnswers(port) == "a") }
        try sluice.stop()
    }

    @Test(
        "who may not write where it is to be is told what to set",
        .enabled(if: getuid() == 0 && Command.exists("setpriv")))
    func notAllowed() {
        let directory = TemporaryDirectory()
        let file = directory.write(Self.configuration(directory), to: "sluice.yaml")
        chmod(directory.path, 0o755)
        chmod(file, 0o644)
        let run = Command.run(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", SluiceProcess.binary, "run", file])
        #expect(run.status == 1, "\(run)")
        #expect(run.errors.contains("Permission denied"), "\(run)")
        #expect(run.errors.contains("hint=\"set admin.socket to a path"), "\(run)")
    }

    @Test("a file that is no socket is left alone")
    func regularFile() {
        let directory = TemporaryDirectory()
        let path = directory.write("precious", to: "admin.sock")
        let file = directory.write(Self.configuration(directory), to: "sluice.yaml")
        #expect(Command.run(SluiceProcess.binary, ["run", file]).status == 1)
        #expect(TextFile.read(path) == "precious")
    }
}
