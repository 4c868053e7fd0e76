import Control
import Glibc
import Support
import Testing

@Suite("Backends by name")
struct NameTests {
    @Test("a backend by name serves, and one that cannot be resolved is told and left out")
    func names() throws {
        // Which of its addresses `localhost` has first is up to the machine.
        let server = TestServer.naming("a")
        let sixth = TestSocket.listen(ipv6Loopback: server.port)
        ThreadOfTest.start {
            while let connection = sixth?.accept(milliseconds: 100_000) {
                connection.send("a")
                connection.shutdownWrite()
                _ = connection.receive()
            }
        }
        defer { if let sixth { shutdown(sixth.descriptor, Int32(SHUT_RDWR)) } }
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers:
                balance: round-robin
                backends: ["localhost:\(server.port)", "does-not-exist.invalid:80"]
            """)
        let port = try sluice.port(of: "one")
        for _ in 0..<8 { #expect(Client.whoAnswers(port) == "a") }
        let backends = try sluice.status().upstreams[0].backends
        #expect(backends.map(\.state) == ["up", "unresolved"])
        #expect(
            backends[0].resolved == "127.0.0.1:\(server.port)"
                || backends[0].resolved == "[::1]:\(server.port)")
        #expect(backends[1].resolved == nil)
        #expect(backends[0].connected == 8)
        let line = sluice.log.split(separator: "\n").first { $0.contains("does-not-exist.invalid") }
        #expect(line?.contains(" warning ") == true, "\(sluice.log)")
        let up = "sluice_backend_up{upstream=\"servers\",backend=\"does-not-exist.invalid:80\"}"
        #expect(sluice.metric(up) == 0)
        try sluice.stop()
    }

    @Test("a name that comes to resolve serves, and is no reload", .enabled(if: NameServer.works))
    func resolvesLater() throws {
        let names = NameServer()
        defer { names.stop() }
        let server = TestServer.naming("a")
        let sluice = SluiceProcess(
            """
            log: { file: $DIR/sluice.log }
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams:
              servers: { backends: ["slow.test:\(server.port)"] }
            """, launcher: names.launcher)
        let (path, moved) = (sluice.directory.file("sluice.log"), sluice.directory.file("old.log"))
        #expect(try sluice.status().upstreams[0].backends[0].state == "unresolved")
        sluice.write("bogus: 1")
        #expect(try !sluice.admin.reload().isApplied)
        let error = try sluice.status().lastReloadError
        #expect(error != nil)
        #expect(rename(path, moved) == 0)
        names.answer("slow.test", 0x7f00_0001)
        let isUp = try eventually {
            try sluice.status().upstreams[0].backends[0].state == "up"
        }
        #expect(isUp, "\(TextFile.read(moved))")
        #expect(Client.whoAnswers(try sluice.port(of: "one")) == "a")
        #expect(try sluice.status().lastReloadError == error)
        #expect(sluice.metric("sluice_config_reloads_total", "applied") == 0)
        #expect(access(path, F_OK) != 0, "the log was opened anew")
        let change = "backend servers/slow.test:\(server.port): address none to 127.0.0.1:"
        let isTold = eventually {
            TextFile.read(moved).contains(" info membership changed what=\"\(change)")
        }
        #expect(isTold, "\(TextFile.read(moved))")
        #expect(!TextFile.read(moved).contains("configuration applied"))
        try sluice.stop()
    }

    @Test(
        "a name that nobody has answered yet at the start is told", .enabled(if: NameServer.works))
    func unansweredAtStart() throws {
        let names = NameServer()
        defer { names.stop() }
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["slow.test:80"] } }
            """, launcher: names.launcher)
        let line = sluice.log.split(separator: "\n").first { $0.contains("slow.test") }
        #expect(line?.contains(" warning backend name is not resolved") == true, "\(sluice.log)")
        #expect(line?.contains("error=\"no answer yet\"") == true, "\(sluice.log)")
        names.answer("slow.test", 0x7f00_0001)
        try sluice.stop()
    }

    @Test(
        "an answer that comes during a reload which is then refused is taken up all the same",
        .enabled(if: NameServer.works))
    func answerDuringRefusedReload() throws {
        let names = NameServer()
        defer { names.stop() }
        let taken = TestSocket.listen()
        func configuration(_ listeners: String, _ backends: String) -> String {
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers }\(listeners) }
            upstreams: { servers: { backends: ["slow.test:80"\(backends)] } }
            """
        }
        let sluice = SluiceProcess(configuration("", ""), launcher: names.launcher)
        sluice.write(
            configuration(
                ", two: { bind: \"127.0.0.1:\(taken.port)\", upstream: servers }",
                ", \"slower.test:80\""))
        sluice.program.signal(SIGHUP)
        #expect(eventually { names.isAsked("slower.test") })
        names.answer("slow.test", 0x7f00_0001)
        #expect(eventually { sluice.log.contains("configuration refused") }, "\(sluice.log)")
        let isUp = try eventually(within: 3000) {
            try sluice.status().upstreams[0].backends[0].state == "up"
        }
        #expect(isUp, "\(sluice.log)")
        names.answer("slower.test", 0x7f00_0001)
        try sluice.stop()
    }

    @Test("SIGHUP while the process starts is not lost", .enabled(if: NameServer.works))
    func reloadsWhileStarting() throws {
        let names = NameServer()
        defer { names.stop() }
        let directory = TemporaryDirectory()
        let socket = directory.file("admin.sock")
        func configuration(_ listener: String) -> String {
            """
            admin: { socket: \(socket) }
            listeners: { \(listener): { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["slow.test:80"] } }
            """
        }
        let file = directory.write(configuration("one"), to: "sluice.yaml")
        let words = names.launcher + [SluiceProcess.binary, "run", file]
        let program = ChildProgram(words[0], Array(words.dropFirst()))
        #expect(eventually { names.isAsked("slow.test") }, "\(program.errors)")
        directory.write(configuration("two"), to: "sluice.yaml")
        program.signal(SIGHUP)
        names.answer("slow.test", 0x7f00_0001)
        let isTaken = eventually(within: 3000) {
            (try? AdminClient(path: socket).status())?.listeners.map(\.name) == ["two"]
        }
        #expect(isTaken, "\(program.errors)")
        program.signal(SIGTERM)
        #expect(program.waitForExit(milliseconds: 10_000) == 0, "\(program.errors)")
    }

    @Test("a name that has none ends its clients at once, and the log tells it a few times only")
    func nobody() throws {
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["does-not-exist.invalid:80"] } }
            """)
        let port = try sluice.port(of: "one")
        for _ in 0..<100 { #expect(Client.whoAnswers(port) == nil) }
        #expect(
            try eventually { try sluice.status().listeners[0].ended["no_backend"] == 100 })
        let lines = sluice.log.split(separator: "\n").filter { $0.contains("no backend to try") }
        #expect((1...10).contains(lines.count), "\(lines.count) lines for 100 clients")
        try sluice.stop()
    }

    @Test("a backend follows its name, and stays where it was while nobody knows the name")
    func following() throws {
        let names = DNSMasq(hosts: "127.0.0.1 a.test\n")
        let first = TestServer.naming("first")
        let second = TestSocket.listen(host: 0x7f00_0002, port: first.port)
        ThreadOfTest.start {
            while let connection = second?.accept(milliseconds: 100_000) {
                connection.send("second")
                connection.shutdownWrite()
                _ = connection.receive()
            }
        }
        defer { if let second { shutdown(second.descriptor, Int32(SHUT_RDWR)) } }
        func configuration(_ namePort: UInt16) -> String {
            """
            resolver:
              servers: ["127.0.0.1:\(namePort)"]
              timeout: 50ms
              attempts: 1
              min_ttl: 100ms
              max_ttl: 100ms
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["a.test:\(first.port)"] } }
            """
        }
        let sluice = SluiceProcess(configuration(names.port))
        let port = try sluice.port(of: "one")
        #expect(Client.whoAnswers(port) == "first")
        names.setHosts("127.0.0.2 a.test\n")
        #expect(eventually { Client.whoAnswers(port) == "second" })
        names.suspend()
        #expect(Client.whoAnswers(port) == "second")
        // Other servers are asked after a reload; what they do not know they do not take away.
        let others = DNSMasq()
        sluice.write(configuration(others.port))
        #expect(try sluice.admin.reload().isApplied)
        #expect(Client.whoAnswers(port) == "second")
        others.setHosts("127.0.0.1 a.test\n")
        #expect(eventually { Client.whoAnswers(port) == "first" })
        names.suspend(false)
        try sluice.stop()
    }

    @Test("a name without an address is asked for in its own time, whatever changes meanwhile")
    func ownTime() throws {
        let names = DNSMasq()
        let sluice = SluiceProcess(
            """
            resolver: { servers: ["127.0.0.1:\(names.port)"] }
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["lost.test:80", "127.0.0.1:80"] } }
            """)
        let before = sluice.metric("sluice_dns_queries_total") ?? 0
        for weight in 2...21 {
            let order = OverrideOrder(target: "servers/127.0.0.1:80", weight: weight)
            _ = try sluice.admin.operate("weight", order)
        }
        let asked = (sluice.metric("sluice_dns_queries_total") ?? 0) - before
        #expect(asked <= 5, "\(asked) queries for 20 other weights")
        try sluice.stop()
    }

    @Test(
        "other name servers of the system are asked at once, also for what the old ones were asked",
        .enabled(if: NameServer.works))
    func otherSystemServers() throws {
        let (silent, names) = (NameServer(), NameServer())
        defer { for server in [silent, names] { server.stop() } }
        names.answer("slow.test", 0x7f00_0001)
        let sluice = SluiceProcess(
            """
            resolver: { timeout: 30s, attempts: 1, min_ttl: 100ms, max_ttl: 100ms }
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["slow.test:80", "localhost:80"] } }
            """, launcher: silent.launcher)
        #expect(eventually { silent.isAsked("slow.test") })
        #expect(try sluice.status().upstreams[0].backends[0].state == "unresolved")
        // The program has the file mounted: it is written in place.
        names.writeConfiguration(to: silent.configurationPath)
        let isUp = try eventually(within: 5000) {
            try sluice.status().upstreams[0].backends[0].state == "up"
        }
        #expect(isUp, "\(sluice.log)")
        try sluice.stop()
    }
}
