import Glibc
import Linux
import Support
import Testing

/// Random streams while the kernel's answers are as bad as they may be.
@Suite(
    "Fault injection", .serialized,
    .disabled(if: SluiceProcess.isSanitized, "a sanitizer wants to be loaded first"))
struct FaultInjectionTests {
    @Test("no byte is lost to short calls, EAGAIN, EINTR and want of memory or descriptors")
    func lossless() async throws {
        let rates = [
            "SHORT": 2000, "AGAIN": 1500, "INTERRUPT": 1500, "STARVE": 50, "EXHAUST": 100,
        ]
        let rules = StreamEngine.Rules(connections: 1500)
        let engine = try StreamEngine(rules)
        let sluice = try start(engine, rates)
        try await relay(engine, sluice)
        #expect(engine.failures.isEmpty, "seed \(engine.seed)\n\(engine.report)")
        #expect((sluice.metric("sluice_worker_spliced_total") ?? 0) > 0)
        #expect((sluice.metric("sluice_listener_accept_pauses_total", "exhausted") ?? 0) > 0)
        try checkIdle(sluice)
        try sluice.stop()
    }

    @Test("what arrives of broken sessions is what was sent, and the process goes on")
    func lossy() async throws {
        let rates = [
            "SHORT": 1000, "AGAIN": 500, "INTERRUPT": 500, "STARVE": 20, "EXHAUST": 50,
            "BREAK": 100,
        ]
        let engine = try StreamEngine(StreamEngine.Rules(connections: 2000, mayBreak: true))
        let sluice = try start(engine, rates)
        try await relay(engine, sluice)
        #expect(engine.failures.isEmpty, "seed \(engine.seed)\n\(engine.report)")
        let ended = try sluice.status().listeners[0].ended
        #expect(ended["downstream_reset", default: 0] > 0, "\(ended)")
        #expect(ended["upstream_reset", default: 0] > 0, "\(ended)")
        #expect(ended["exhausted", default: 0] > 0, "\(ended)")
        try checkIdle(sluice)
        try sluice.stop()
    }

    private func start(_ engine: StreamEngine, _ rates: [String: Int]) throws -> SluiceProcess {
        let faults = try FaultInjection()
        let sluice = SluiceProcess(
            """
            workers: 2
            listeners: { streams: { bind: "127.0.0.1:0", upstream: peers } }
            upstreams: { peers: { backends: ["\(engine.backend)"] } }
            """, environment: faults.environment(seed: engine.seed, rates))
        let mapped = TextFile.read("/proc/\(sluice.program.pid)/maps")
        try #require(mapped.contains("libfaults.so"), "the library was not loaded")
        return sluice
    }

    private func relay(_ engine: StreamEngine, _ sluice: SluiceProcess) async throws {
        let port = try sluice.port(of: "streams")
        await engine.run(to: SocketAddress(ipv4: 0x7f00_0001, port: port))
    }

    /// Nothing is going on, so nothing may cost processor time.
    private func checkIdle(_ sluice: SluiceProcess) throws {
        let isIdle = try eventually { try sluice.status().active == 0 }
        try #require(isIdle, "sessions are left")
        let before = sluice.processorTicks
        poll(nil, 0, 300)
        #expect(sluice.processorTicks - before <= 5, "it spins with nothing to do")
    }
}

extension SluiceProcess {
    /// Processor time that it has used, in ticks of 10 ms (proc_pid_stat(5)).
    var processorTicks: Int {
        let text = TextFile.read("/proc/\(program.pid)/stat")
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12 else { return 0 }
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }
}
