import Control
import Support
import Glibc
import Testing

@Suite("Logs")
struct LogTests {
    private static func start(_ log: String, backend: UInt16) -> SluiceProcess {
        SluiceProcess(
            """
            log: \(log)
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(backend)"] } }
            """)
    }

    /// Brings about lines of several kinds, with values that need quoting.
    private static func makeNoise(_ sluice: SluiceProcess) throws {
        let port = try sluice.port(of: "one")
        for _ in 0..<4 { #expect(Client.whoAnswers(port) == nil) }
        _ = try sluice.admin.reload()
        sluice.write("listeners: { \"a \\\" \\t \u{e9}\": 1 }\nbogus: 1")
        _ = try sluice.admin.reload()
    }

    @Test("each line of JSON is one object with time, level and message")
    func json() throws {
        let sluice = Self.start("{ format: json, level: debug }", backend: FreePort.take())
        try Self.makeNoise(sluice)
        #expect(eventually { sluice.log.contains("configuration refused") })
        var levels: Set<String> = []
        for line in sluice.log.split(separator: "\n") {
            let value = try #require(JSONValue(line), "not JSON: \(line)")
            #expect(value["time"]?.string.map(Self.isTime) == true, "\(line)")
            levels.insert(try #require(value["level"]?.string))
            #expect(value["message"]?.string?.isEmpty == false)
        }
        #expect(levels == ["info", "warning", "error"])
        try sluice.stop()
    }

    @Test("each line of text has time and level, whatever values hold")
    func text() throws {
        let sluice = Self.start("{ format: text }", backend: FreePort.take())
        try Self.makeNoise(sluice)
        #expect(eventually { sluice.log.contains("configuration refused") })
        for line in sluice.log.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            #expect(words.count == 3, "\(line)")
            #expect(Self.isTime(String(words[0])), "\(line)")
            #expect(["info", "warning", "error"].contains(words[1]), "\(line)")
        }
        try sluice.stop()
    }

    @Test("what is told of each of many things is told of all of them")
    func many() throws {
        let listeners = (1...12).map {
            "l\($0): { bind: \"127.0.0.\($0):0\", upstream: servers }"
        }
        func configuration(_ more: String, listening count: Int) -> String {
            """
            log: { level: debug }
            listeners: { \(listeners[..<count].joined(separator: ", ")) }
            upstreams: { servers: { backends: ["127.0.0.1:9"] }\(more) }
            """
        }
        let sluice = SluiceProcess(configuration("", listening: 12))
        let unused = (1...12).map { ", u\($0): { backends: [\"127.0.0.1:9\"] }" }.joined()
        sluice.write(configuration(unused, listening: 1))
        let report = try sluice.admin.reload()
        #expect(report.changes.count == 23 && report.warnings.count == 12, "\(report)")
        for (text, count) in [
            (" info listening ", 12), (" warning configuration ", 12), (" debug changed ", 23),
        ] {
            let lines = sluice.log.split(separator: "\n").count { $0.contains(text) }
            #expect(lines == count, "\(text): \(sluice.log)")
        }
        try sluice.stop()
    }

    @Test("the level holds back what is less severe, also after a reload")
    func level() throws {
        let sluice = Self.start("{ level: error }", backend: FreePort.take())
        let port = try sluice.port(of: "one")
        #expect(Client.whoAnswers(port) == nil)
        #expect(sluice.log.isEmpty, "\(sluice.log)")
        sluice.write(
            """
            log: { level: info }
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """)
        _ = try sluice.admin.reload()
        #expect(eventually { sluice.log.contains(" info configuration applied") })
        try sluice.stop()
    }

    @Test("what happens over and over is written a few times")
    func throttled() throws {
        let sluice = Self.start("{ level: info }", backend: FreePort.take())
        for _ in 0..<50 { _ = try sluice.admin.reload() }
        let lines = sluice.log.split(separator: "\n").filter {
            $0.contains("configuration applied")
        }
        #expect((1...10).contains(lines.count), "\(lines.count) lines of 50 reloads")
        try sluice.stop()
    }

    @Test("a full disk under the log stops nothing, and is not written to again and again")
    func fullDisk() throws {
        let server = TestServer.echo()
        let sluice = Self.start("{ file: /dev/full }", backend: server.port)
        let port = try sluice.port(of: "one")
        let session = try #require(TestSocket.connect(port: port))
        for _ in 0..<200 { _ = try sluice.admin.reload() }
        for _ in 0..<50 {
            #expect(Client.echoes(session))
            #expect(Client.echoes(TestSocket.connect(port: port)))
        }
        // All is quiet: what is left of writing are a few tries a second.
        session.close()
        #expect(try eventually { try sluice.status().active == 0 })
        let before = try Self.writes(sluice)
        poll(nil, 0, 500)
        let tries = try Self.writes(sluice) - before
        #expect((1...30).contains(tries), "\(tries) tries to write in half a second")
        if !SluiceProcess.isSanitized { #expect(sluice.resources.residentKiB < 64 << 10) }
        try sluice.stop()
    }

    @Test(
        "a pipe that nobody reads, or whose reader is gone, stops nothing and costs no memory",
        arguments: ["sleep 100", "true"])
    func pipe(reader: String) throws {
        let server = TestServer.echo()
        let directory = TemporaryDirectory()
        let socket = directory.file("admin.sock")
        let good = """
            admin: { socket: \(socket) }
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """
        let file = directory.write(good, to: "sluice.yaml")
        let program = ChildProgram(
            "bash",
            ["-c", "exec \"$0\" run \"$1\" 2> >(exec \(reader))", SluiceProcess.binary, file])
        #expect(eventually { AdminHTTP.get(socket, "/ready")?.status == 200 })
        let admin = AdminClient(path: socket)
        // Each refused reload logs all that is wrong, some 8 KB; a pipe holds 64 KiB.
        let bad = (0..<50).map { "unknown_key_of_a_certain_length_\($0): 1\n" }.joined()
        TextFile.write(bad, to: file)
        var after = 0
        for round in 0..<300 {
            #expect(try !admin.reload().isApplied)
            if round == 200 { after = ProcessResources(of: program.pid).residentKiB }
        }
        let address = try #require(try admin.status().listeners.first?.addresses.first)
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(Client.echoes(TestSocket.connect(port: port)))
        let text = try #require(AdminHTTP.get(socket, "/metrics")?.body)
        let dropped = PrometheusText(text).samples["sluice_log_lines_dropped_total"]
        #expect(try #require(dropped) > 1000)
        if !SluiceProcess.isSanitized {
            #expect(ProcessResources(of: program.pid).residentKiB - after < 1024)
        }
        let readers = Namespaces.children(of: program.pid)
        program.signal(SIGTERM)
        #expect(program.waitForExit(milliseconds: 10_000) == 0)
        readers.forEach { kill($0, SIGKILL) }
    }

    /// Calls of write(2) and the like that the process made (proc_pid_io(5)).
    private static func writes(_ sluice: SluiceProcess) throws -> Int {
        let line = TextFile.read("/proc/\(sluice.program.pid)/io").split(separator: "\n")
            .first { $0.hasPrefix("syscw: ") }
        return try #require(line.flatMap { Int($0.dropFirst(7)) })
    }

    /// True for `2026-01-31T12:00:00.123Z`.
    private static func isTime(_ text: String) -> Bool {
        let pattern = "dddd-dd-ddTdd:dd:dd.dddZ"
        return text.utf8.count == pattern.utf8.count
            && zip(text.utf8, pattern.utf8).allSatisfy { found, expected in
                expected == UInt8(ascii: "d")
                    ? (0x30...0x39).contains(found) : found == expected
            }
    }
}
