// What an idle connection costs in process memory: 8,000 have each relayed a byte both ways, or had
// one answer, and then rest. Kernel memory, much alike for every proxy, is not in it.

import Glibc

enum IdleCase {
    private static let connections = 8_000

    static func run(_ benchmark: BenchmarkCase, _ bench: Bench) throws -> CaseResult {
        // Client and backend are both this process, and the proxy holds as many again.
        try Descriptors.require(2 * connections + 500)
        var result = bench.emptyResult(benchmark)
        // Memory hardly varies: three rounds show that, more would show nothing else.
        try bench.fill(&result, rounds: min(bench.rounds, 3)) { column in
            try sample(benchmark, bench.kinds[column], bench)
        }
        return result
    }

    private static func sample(
        _ benchmark: BenchmarkCase, _ kind: ProxyKind, _ bench: Bench
    ) throws -> Sample {
        if benchmark.speaksHTTP {
            let web = try WebBackend.start(in: bench.directory)
            defer { web.stop() }
            return try sample(
                kind, benchmark.task(backendPort: web.port, bench), bench,
                open: KeptClient.open(port:))
        }
        let backend = try HoldingBackend()
        defer { backend.stop() }
        return try sample(
            kind, benchmark.task(backendPort: backend.port, bench), bench,
            open: Loopback.connectAndExchange(port:))
    }

    /// - Parameter open: makes a connection to a port and has it do what it does before it rests;
    ///   nil where the proxy does not play its part.
    private static func sample(
        _ kind: ProxyKind, _ task: ProxyTask, _ bench: Bench, open: (UInt16) throws -> Int32?
    ) throws -> Sample {
        let proxy = try RunningProxy.start(kind, task, bench)
        defer { proxy.stop() }
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        func hold() throws {
            guard let descriptor = try open(proxy.port) else {
                throw BenchmarkError(
                    "\(kind.rawValue) did not answer; it printed:\n\(proxy.output)")
            }
            held.append(descriptor)
        }
        // The first connection touches what all share, once; growth counts from there.
        try hold()
        let before = proxy.memory()
        for _ in 1..<connections { try hold() }
        // Time for what a proxy may do once a connection has become idle.
        Clock.pause(seconds: 0.5)
        let after = proxy.memory()
        let growth = after.proportional - before.proportional
        // A proxy that closed some of them would look cheap.
        let lost = held.count { Loopback.isEnded($0) }
        return [
            .bytesPerConnection: growth / Double(connections - 1),
            .memory: after.proportional / 0x1p20,
            .failures: Double(lost),
        ]
    }
}
