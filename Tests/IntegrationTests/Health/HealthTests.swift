import Support
import Synchronization
import Testing

/// What probes and operators do to the choice of backends.
@Suite("Health")
struct HealthTests {
    /// A server that can be told to fail its probes, which ask for `/healthz`.
    private final class Patient: Sendable {
        let isWell: Atomic<Bool>
        let name: String
        private let box = Locked<TestServer?>(nil)

        init(_ name: String, isWell: Bool = true) {
            self.isWell = Atomic(isWell)
            self.name = name
            let server = TestServer { [unowned self] connection in
                guard case .bytes(let bytes) = connection.receive() else { return }
                let text = String(decoding: bytes, as: UTF8.self)
                let isProbe = text.hasPrefix("GET /healthz ")
                let status = isProbe && !self.isWell.load(ordering: .relaxed) ? "503 Ill" : "200 OK"
                connection.send(
                    "HTTP/1.1 \(status)\r\nContent-Length: \(name.utf8.count)\r\n"
                        + "Connection: close\r\n\r\n\(name)")
                connection.shutdownWrite()
                _ = connection.receive()
            }
            box.withLock { $0 = server }
        }

        var port: UInt16 { box.withLock { $0?.port ?? 0 } }
    }

    private static func start(_ patients: [Patient], _ more: String = "") -> SluiceProcess {
        let backends = patients.map { "{ name: \($0.name), address: \"127.0.0.1:\($0.port)\" }" }
        return SluiceProcess(
            """
            workers: 1
            listeners: { one: { bind: "127.0.0.1:0", upstream: site } }
            upstreams:
              site:
                balance: round-robin
                slow_start: 0s
                health: { http: { path: /healthz, expect: [200] }, interval: 100ms, timeout: 100ms, fall: 2 }
                backends: [\(backends.joined(separator: ", "))]
                \(more)
            """)
    }

    /// Who answers a session.
    private static func ask(_ port: UInt16) -> String? {
        guard let client = TestSocket.connect(port: port), client.send("GET / HTTP/1.0\r\n\r\n"),
            let answer = client.receiveAll()
        else { return nil }
        return String(decoding: answer, as: UTF8.self).split(separator: "\r\n").last.map(
            String.init)
    }

    private static func states(_ sluice: SluiceProcess) throws -> [String] {
        try sluice.status().upstreams[0].backends.map(\.state)
    }

    @Test("an HTTP probe's status decides, in status, metrics and log")
    func http() throws {
        let (a, b) = (Patient("a"), Patient("b", isWell: false))
        let sluice = Self.start([a, b])
        let port = try sluice.port(of: "one")
        #expect(try eventually { try Self.states(sluice) == ["up", "down"] })
        for _ in 0..<8 { #expect(Self.ask(port) == "a") }
        let report = try sluice.status().upstreams[0]
        #expect(report.fit == 1 && !report.failsOpen)
        #expect(report.backends.map(\.probe) == ["ok", "status 503"])
        #expect(sluice.metric("sluice_upstream_backends_fit") == 1)
        #expect(sluice.command("status").output.contains("1 of 2 backends fit"))
        b.isWell.store(true, ordering: .relaxed)
        #expect(try eventually { try Self.states(sluice) == ["up", "up"] })
        let answers = Set((0..<4).map { _ in Self.ask(port) })
        #expect(answers == ["a", "b"])
        #expect(eventually { sluice.log.contains("backend is up") }, "\(sluice.log)")
        #expect(sluice.metric("sluice_probes_total", "result=\"status\"") ?? 0 >= 1)
        try sluice.stop()
    }

    @Test("when all are down sessions go to them all the same, loudly, unless that is off")
    func failOpen() throws {
        let (a, b) = (Patient("a", isWell: false), Patient("b", isWell: false))
        let sluice = Self.start([a, b])
        let port = try sluice.port(of: "one")
        #expect(try eventually { try Self.states(sluice) == ["down", "down"] })
        #expect(Self.ask(port) != nil)
        #expect(sluice.metric("sluice_upstream_failed_open_total") == 1)
        #expect(sluice.metric("sluice_upstream_fails_open") == 1)
        #expect(sluice.command("status").output.contains("FAILING OPEN"))
        #expect(sluice.log.contains("no backend is fit"), "\(sluice.log)")
        a.isWell.store(true, ordering: .relaxed)
        #expect(eventually { sluice.metric("sluice_upstream_fails_open") == 0 })
        #expect(sluice.log.contains("a backend is fit again"), "\(sluice.log)")
        for _ in 0..<4 { #expect(Self.ask(port) == "a") }

        let closed = Self.start([b], "fail_open: off")
        #expect(try eventually { try Self.states(closed) == ["down"] })
        #expect(Self.ask(try closed.port(of: "one")) == nil)
        #expect(try closed.status().listeners[0].ended["no_backend"] == 1)
        try closed.stop()
        try sluice.stop()
    }

    @Test("below its threshold of fit backends an upstream overlooks health")
    func threshold() throws {
        let patients = ["a", "b", "c"].map { Patient($0) }
        let sluice = Self.start(patients, "fail_open: 50")
        let port = try sluice.port(of: "one")
        #expect(try eventually { try Self.states(sluice) == ["up", "up", "up"] })
        #expect(!sluice.log.contains("too few"), "nothing was known yet: \(sluice.log)")
        patients[0].isWell.store(false, ordering: .relaxed)
        #expect(try eventually { try Self.states(sluice) == ["down", "up", "up"] })
        #expect(Set((0..<6).map { _ in Self.ask(port) }) == ["b", "c"])
        patients[1].isWell.store(false, ordering: .relaxed)
        #expect(eventually { sluice.metric("sluice_upstream_fails_open") == 1 })
        #expect(Set((0..<6).map { _ in Self.ask(port) }) == ["a", "b", "c"])
        try sluice.stop()
    }

    @Test("a reload forgets no verdict, and a new backend serves only once it is verified")
    func reload() throws {
        let (a, b) = (Patient("a"), Patient("b", isWell: false))
        let sluice = Self.start([a, b])
        let port = try sluice.port(of: "one")
        #expect(try eventually { try Self.states(sluice) == ["up", "down"] })
        // Nobody listens there, and nobody answers: the probe takes its time.
        let deaf = try DeafPort()
        let c = Patient("c")
        let text = TextFile.read(sluice.configurationPath)
        let more = text.replacing(
            "backends: [",
            with: "backends: [{ name: deaf, address: \"127.0.0.1:\(deaf.port)\" }, ")
        TextFile.write(more, to: sluice.configurationPath)
        #expect(sluice.command("reload").status == 0)
        let states = try Self.states(sluice)
        #expect(states[1] == "up" && states[2] == "down", "\(states)")
        for _ in 0..<6 { #expect(Self.ask(port) == "a") }
        #expect(try sluice.status().upstreams[0].backends[0].failed == 0)
        withExtendedLifetime(c) {}
        try sluice.stop()
    }

    @Test("a backend that an operator disabled is not probed")
    func disabled() throws {
        let (a, b) = (Patient("a"), Patient("b"))
        let sluice = Self.start([a, b])
        let port = try sluice.port(of: "one")
        #expect(try eventually { try Self.states(sluice) == ["up", "up"] })
        #expect(sluice.command("disable", "site/b").status == 0)
        #expect(try Self.states(sluice) == ["up", "disabled"])
        for _ in 0..<4 { #expect(Self.ask(port) == "a") }
        #expect(try sluice.status().upstreams[0].backends[1].probe == nil)
        #expect(sluice.command("ready", "site/b").status == 0)
        #expect(try eventually { try Self.states(sluice) == ["up", "up"] })
        try sluice.stop()
    }

    @Test("an upstream that asks again is told what others have learned meanwhile")
    func sharedTarget() throws {
        let (a, b) = (Patient("a", isWell: false), Patient("b"))
        let health =
            "{ http: { path: /healthz, expect: [200] }, interval: 100ms, timeout: 100ms, fall: 2 }"
        let sluice = SluiceProcess(
            """
            listeners:
              one: { bind: "127.0.0.1:0", upstream: x }
              two: { bind: "127.0.0.2:0", upstream: y }
            upstreams:
              x:
                health: \(health)
                backends: ["127.0.0.1:\(a.port)", "127.0.0.1:\(b.port)"]
              y:
                health: \(health)
                backends: ["127.0.0.1:\(a.port)", "127.0.0.1:\(b.port)"]
            """)
        func states(_ index: Int) throws -> [String] {
            try sluice.status().upstreams[index].backends.map(\.state)
        }
        #expect(try eventually { try states(0) == ["down", "up"] && states(1) == ["down", "up"] })
        #expect(sluice.command("disable", "x/127.0.0.1:\(a.port)").status == 0)
        a.isWell.store(true, ordering: .relaxed)
        #expect(try eventually { try states(1) == ["up", "up"] })
        #expect(sluice.command("ready", "x/127.0.0.1:\(a.port)").status == 0)
        #expect(try eventually { try states(0) == ["up", "up"] })
        try sluice.stop()
    }

    @Test("a backend that fails far more often than its fellows is ejected")
    func successRate() throws {
        let good = (0..<9).map { TestServer.naming("g\($0)") }
        let bad = try RefusingPort()
        let backends = (good.map(\.port) + [bad.port]).map { "\"127.0.0.1:\($0)\"" }
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners: { one: { bind: "127.0.0.1:0", upstream: site } }
            upstreams:
              site:
                balance: round-robin
                eject:
                  failures: 1000
                  for: 1m
                  success_rate: { min_connections: 5, min_backends: 5, interval: 1s }
                backends: [\(backends.joined(separator: ", "))]
            """)
        let port = try sluice.port(of: "one")
        let load = Load()
        load.start { Client.whoAnswers(port) != nil }
        let isOut = try eventually { try Self.states(sluice).last == "ejected" }
        #expect(isOut, "\(sluice.log)")
        #expect(try Self.states(sluice).dropLast().allSatisfy { $0 == "up" })
        #expect(sluice.log.contains("success_rate"), "\(sluice.log)")
        #expect(load.stop() && load.failures.load(ordering: .relaxed) == 0)
        try sluice.stop()
    }
}
