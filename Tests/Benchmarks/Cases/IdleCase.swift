// What an idle session costs in process memory: 8,000 connections that have each relayed a byte
// both ways and then rest. Kernel memory, much alike for every proxy, is not in it.

import Glibc

enum IdleCase {
    private static let connections = 8_000

    static func run(_ bench: Bench) throws -> CaseResult {
        try requireDescriptors()
        var result = bench.emptyResult(.idle)
        // Memory hardly varies: three rounds show that, more would show nothing else.
        try bench.fill(&result, rounds: min(bench.rounds, 3)) { column in
            try sample(bench.kinds[column], bench)
        }
        return result
    }

    private static func sample(_ kind: ProxyKind, _ bench: Bench) throws -> Sample {
        let backend = try HoldingBackend()
        defer { backend.stop() }
        let backends = ["127.0.0.1:\(backend.port)"]
        let proxy = try RunningProxy.start(kind, backends: backends, bench: bench)
        defer { proxy.stop() }
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        // The first connection touches what all share, once; growth counts from there.
        held.append(try open(proxy))
        let before = proxy.memory()
        for _ in 1..<connections { held.append(try open(proxy)) }
        // Time for what a proxy may do once a connection has become idle.
        Clock.pause(seconds: 0.5)
        let after = proxy.memory()
        let growth = after.proportional - before.proportional
        return [
            .bytesPerConnection: growth / Double(connections - 1),
            .memory: after.proportional / 0x1p20,
        ]
    }

    private static func open(_ proxy: RunningProxy) throws -> Int32 {
        guard let descriptor = try Loopback.connectAndExchange(port: proxy.port) else {
            throw BenchmarkError(
                "\(proxy.kind.rawValue) did not relay a byte; it printed:\n\(proxy.output)")
        }
        return descriptor
    }

    /// Client and backend are both this process, and the proxy holds as many again.
    private static func requireDescriptors() throws {
        let needed = rlim_t(2 * connections + 500)
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_max >= needed else {
            throw BenchmarkError(
                "needs \(needed) descriptors a process; the hard limit is \(limit.rlim_max)")
        }
        // Children inherit this, so that proxies which do not raise their limit have it too.
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
