// What connections kept ready gain when the backend is far: the time that a new client waits for its
// first byte, with `pool` and without. The distance is a `DelayLine`; proxy and clients are at its
// near end and the backend at its far one. Without a pool a client waits for two round trips, the
// connection's and the request's; with one it should wait for the request's alone.

enum PoolCase {
    /// Seconds from the proxy to the backend and as many back.
    static let delay = 0.010

    /// Seconds between clients: enough for the pool to replace a connection, a round trip away.
    static let thinkTime = 0.030

    /// How many clients come in one round.
    static func clients(_ bench: Bench) -> Int { 40 * bench.seconds }

    static func run(_ bench: Bench) throws -> CaseResult {
        guard bench.kinds.first == .sluice else {
            throw BenchmarkUnavailable("it is about sluice, which is not among the proxies")
        }
        let line = try DelayLine.open(delay: delay)
        defer { line.stop() }
        // Its network is its own: no one else can reach it at any address.
        let web = try line.far.run {
            try WebBackend.start(in: bench.directory, everyAddress: true)
        }
        defer { web.stop() }
        return try line.near.run {
            try compare(backend: "\(DelayLine.farAddress):\(web.port)", bench)
        }
    }

    private static func compare(backend: String, _ bench: Bench) throws -> CaseResult {
        var result = CaseResult(.pool, columns: ["warm 8", "no pool"], hasSubject: true)
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for warm in [8, 0] {
            var task = try ProxyTask(backends: [backend], bench: bench)
            task.warm = warm
            proxies.append(try RunningProxy.start(.sluice, task, bench))
        }
        // A round takes long, and the line's delay hardly varies: three show that.
        try bench.fill(&result, rounds: min(bench.rounds, 3)) { column in
            try sample(proxies[column], requests: clients(bench))
        }
        // Less than the packets can have taken would mean that they went some other way.
        let least = 4 * delay * 1e3
        guard let median = result.figure(.median, column: 1), median >= least else {
            throw BenchmarkError("the delay line does not delay")
        }
        return result
    }

    private static func sample(_ proxy: RunningProxy, requests: Int) throws -> Sample {
        // The first clients after a pause find what the pool kept meanwhile; they do not count.
        for _ in 0..<5 { _ = try request(proxy) }
        let answers = try (0..<requests).map { _ in try request(proxy) }
        let waits = answers.compactMap { $0 }.sorted()
        guard !waits.isEmpty else {
            throw BenchmarkError("nothing came through the proxy; it printed:\n\(proxy.output)")
        }
        return [
            .median: percentile(50, of: waits) * 1e3,
            .percentile99: percentile(99, of: waits) * 1e3,
            .failures: Double(requests - waits.count),
        ]
    }

    private static func request(_ proxy: RunningProxy) throws -> Double? {
        let seconds = try FirstByte.measure(port: proxy.port)
        Clock.pause(seconds: thinkTime)
        return seconds
    }

    /// The least of the values that so many percent of them do not exceed.
    private static func percentile(_ percent: Int, of sorted: [Double]) -> Double {
        sorted[(sorted.count * percent + 99) / 100 - 1]
    }
}
