import Glibc
import Support
import Testing

/// Connects that fail for want of something that the process itself has too little of: no backend is
/// to blame, and the client is told that it is us.
@Suite("Failures of the process itself", .serialized)
struct OwnFailureTests {
    /// Runs something while the process can open no descriptor.
    private static func withoutDescriptors<Result>(
        _ sluice: SluiceProcess, _ body: () -> Result
    ) throws -> Result {
        try limit(sluice, 3)
        let result = body()
        try limit(sluice, 4096)
        return result
    }

    private static func limit(_ sluice: SluiceProcess, _ limit: Int) throws {
        let result = Command.run(
            "prlimit", ["--pid", "\(sluice.program.pid)", "--nofile=\(limit):"])
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Nothing speaks against the backends.
    private static func checkUnblamed(_ sluice: SluiceProcess, exhausted: UInt64) throws {
        let status = try sluice.status()
        for backend in status.upstreams[0].backends {
            #expect(backend.failed == 0 && backend.state == "up", "\(backend)")
        }
        for name in [
            "sluice_upstream_retries_total", "sluice_upstream_retries_denied_total",
            "sluice_backend_retries_total", "sluice_backend_connect_failures_total",
        ] {
            #expect((sluice.metric(name) ?? 0) == 0, "\(name)")
        }
        let ended = status.listeners[0].requests?.ended ?? [:]
        #expect(ended["exhausted", default: 0] == exhausted, "\(ended)")
        #expect(ended["connect_failed"] ?? 0 == 0, "\(ended)")
    }

    @Test(
        "without descriptors a request gets 503, and no backend is tried in vain",
        .enabled(if: Command.exists("prlimit")))
    func connecting() throws {
        let backends = [HTTPBackend.telling(), HTTPBackend.telling()]
        let sluice = SluiceProcess(Self.http(backends, "http: { keep_alive: off }"))
        let client = try sluice.client()
        #expect(client.ask("/before")?.status == 200)
        for round in 0..<8 {
            let response = try Self.withoutDescriptors(sluice) { client.ask("/\(round)") }
            #expect(response?.status == 503)
        }
        #expect(client.ask("/after")?.status == 200)
        try Self.checkUnblamed(sluice, exhausted: 8)
        client.close()
        for backend in backends { backend.stop() }
        try sluice.stop()
    }

    @Test(
        "without descriptors a request whose kept connection had ended gets 503",
        .enabled(if: Command.exists("prlimit")))
    func replaying() throws {
        let backend = HTTPBackend { request, peer in
            // In place of an answer, as one that had no more work does.
            guard request.target != "/ends" else { return false }
            return peer.respond("yes")
        }
        let sluice = SluiceProcess(Self.http([backend]))
        let client = try sluice.client()
        #expect(client.ask("/before")?.status == 200)
        let response = try Self.withoutDescriptors(sluice) { client.ask("/ends") }
        #expect(response?.status == 503)
        #expect(backend.take().map(\.request.target) == ["/before", "/ends"])
        #expect(client.ask("/after")?.status == 200)
        try Self.checkUnblamed(sluice, exhausted: 1)
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("a request that was sent again is not told to have gone over a used connection")
    func replayedIsFresh() throws {
        let served = Locked(Set<Int>())
        let backend = HTTPBackend { _, peer in
            served.withLock { $0.insert(peer.number).inserted } && peer.respond("yes")
        }
        let directory = TemporaryDirectory()
        let log = directory.file("access.log")
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            http: "access_log: { file: \"\(log)\" }")
        let client = try sluice.client()
        for _ in 0..<2 { #expect(client.ask("/")?.text == "yes") }
        client.close()
        #expect(eventually { TextFile.read(log).split(separator: "\n").count == 2 })
        let lines = TextFile.read(log)
        #expect(!lines.contains("\"reused_upstream\":true"), "\(lines)")
        #expect(lines.split(separator: "\"reused_upstream\":false").count == 3, "\(lines)")
        backend.stop()
        try sluice.stop()
    }

    @Test(
        "without a port to come from another backend is tried, which is no retry",
        .disabled(if: SluiceProcess.isSanitized, "a sanitizer wants to be loaded first"))
    func noPort() throws {
        let backends = [HTTPBackend.telling("a"), HTTPBackend.telling("b")]
        let faults = try FaultInjection()
        let upstream =
            "http: { keep_alive: off }\n"
            + "    connect: { retry_budget: { percent: 0, per_second: 0 } }"
        let sluice = SluiceProcess(
            Self.http(backends, upstream),
            environment: faults.environment(["NO_PORT": Int(backends[0].port)]))
        let client = try sluice.client()
        for round in 0..<8 { #expect(client.ask("/\(round)")?.text == "b/\(round) ") }
        try Self.checkUnblamed(sluice, exhausted: 0)
        #expect(sluice.log.contains("nowhere to connect from"), "\(sluice.log)")
        sluice.write(Self.http([backends[0]], upstream))
        #expect(try sluice.admin.reload().isApplied)
        for round in 0..<8 { #expect(client.ask("/\(round)")?.status == 503) }
        try Self.checkUnblamed(sluice, exhausted: 8)
        client.close()
        for backend in backends { backend.stop() }
        try sluice.stop()
    }

    /// Backends that a failure would take out.
    private static func http(_ backends: [HTTPBackend], _ upstream: String = "") -> String {
        SluiceProcess.http(to: backends.map(\.port), upstream: upstream)
            .split(separator: "eject: off").joined()
    }
}
