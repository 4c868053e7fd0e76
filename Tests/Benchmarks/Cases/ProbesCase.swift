// What active probes of 5,000 backends cost: processor time of a sluice that does nothing else, and
// what the clients of a busy one notice. All backends are one server; see `WebBackend`.

enum ProbesCase {
    private static let backendCount = 5_000

    static func run(_ bench: Bench) throws -> CaseResult {
        guard bench.kinds[0] == .sluice else { throw BenchmarkError("this case is sluice's own") }
        let web = try WebBackend.start(in: bench.directory, everyAddress: true)
        defer { web.stop() }
        var result = CaseResult(
            .probes, columns: ["probes", "no probes"], hasSubject: true)
        try rest(&result, web, bench)
        try bench.fill(&result, rounds: bench.rounds) { column in
            // The other one would take its processor time from the same processor.
            let proxy = try start(isProbed: column == 0, web, bench)
            defer { proxy.stop() }
            let load = LoadCase.load(of: .probes)
            try LoadCase.warmUp(load, proxy, bench)
            return try LoadCase.sample(
                .probes, load, proxy, seconds: bench.seconds(covering: ProxyTask.probeSeconds),
                bench)
        }
        return result
    }

    /// Both at once: neither has anything to do that the other could be in the way of.
    private static func rest(
        _ result: inout CaseResult, _ web: WebBackend, _ bench: Bench
    ) throws {
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for column in result.columns.indices {
            proxies.append(try start(isProbed: column == 0, web, bench))
        }
        // Whole intervals: those that began together are probed together for a while.
        let seconds = Double((bench.isQuick ? 1 : 4) * ProxyTask.probeSeconds)
        let before = proxies.map { $0.usage() }
        let begin = Clock.now()
        Clock.pause(seconds: seconds)
        let elapsed = Clock.now() - begin
        for (column, proxy) in proxies.enumerated() {
            let usage = proxy.usage().since(before[column])
            let sample: Sample = [.restingShare: usage.total / elapsed * 100]
            result.add(sample, column: column)
            TextReport.printRound("rest", column: result.columns[column], sample: sample)
        }
    }

    /// A sluice that has probed every backend once, if it is to.
    private static func start(
        isProbed: Bool, _ web: WebBackend, _ bench: Bench
    ) throws -> RunningProxy {
        var task = try ProxyTask(backends: web.addresses(backendCount), bench: bench)
        task.isProbed = isProbed
        let proxy = try RunningProxy.start(.sluice, task, bench)
        let deadline = Clock.now() + 30
        while Clock.now() < deadline && proxy.isRunning {
            if try proxy.metric("sluice_upstream_backends_fit") == Double(backendCount) {
                return proxy
            }
            Clock.pause(seconds: 0.1)
        }
        proxy.stop()
        throw BenchmarkError("not all backends were found fit:\n\(proxy.output)")
    }
}
