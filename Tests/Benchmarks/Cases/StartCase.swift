// How long a start takes, and what a started proxy weighs. The clock runs from just before exec to
// the first byte that came back through the proxy, which proves accept, connect and relay at once.

import Glibc

enum StartCase {
    static func run(_ bench: Bench) throws -> CaseResult {
        let backend = try HoldingBackend()
        defer { backend.stop() }
        var result = bench.emptyResult(.start)
        try bench.fill(&result, rounds: bench.rounds) { column in
            try sample(bench.kinds[column], backend: backend, bench)
        }
        return result
    }

    private static func sample(
        _ kind: ProxyKind, backend: HoldingBackend, _ bench: Bench
    ) throws -> Sample {
        let task = try BenchmarkCase.start.task(backendPort: backend.port, bench)
        let begin = Clock.now()
        // Without the guard program, whose own exec would count.
        let proxy = try RunningProxy.launch(kind, task, bench, diesWithParent: false)
        defer { proxy.stop() }
        while Clock.now() - begin < 10 && proxy.isRunning {
            if let descriptor = try Loopback.connectAndExchange(port: proxy.port) {
                let seconds = Clock.now() - begin
                defer { close(descriptor) }
                let memory = proxy.memory()
                return [
                    .firstByte: seconds * 1e3,
                    .residentAtStart: memory.resident / 0x1p20,
                    .memory: memory.proportional / 0x1p20,
                ]
            }
            Clock.pause(seconds: 0.0001)
        }
        throw BenchmarkError("\(kind.rawValue) did not start:\n\(proxy.output)")
    }
}
