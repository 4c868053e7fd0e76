// The cases that wrk drives: proxies against each other, or one proxy with many backends or routes
// against itself with few.

enum LoadCase {
    /// The same backend behind every proxy.
    static func compareProxies(_ benchmark: BenchmarkCase, _ bench: Bench) throws -> CaseResult {
        let web = try WebBackend.start(in: bench.directory)
        defer { web.stop() }
        var result = bench.emptyResult(benchmark)
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for kind in bench.kinds {
            let task = try benchmark.task(backendPort: web.port, bench)
            proxies.append(try RunningProxy.start(kind, task, bench))
        }
        try fill(&result, proxies: proxies, loads: proxies.map { _ in load(of: benchmark) }, bench)
        return result
    }

    /// The first proxy twice, with 10,000 backends and with 10, all of them one server.
    static func compareBackendCounts(
        _ benchmark: BenchmarkCase, _ bench: Bench
    ) throws -> CaseResult {
        let web = try WebBackend.start(in: bench.directory, everyAddress: true)
        defer { web.stop() }
        var result = CaseResult(
            benchmark, columns: ["10,000 backends", "10 backends"],
            hasSubject: bench.kinds[0] == .sluice)
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for count in [10_000, 10] {
            let task = try ProxyTask(backends: web.addresses(count), bench: bench)
            proxies.append(try RunningProxy.start(bench.kinds[0], task, bench))
        }
        try fill(&result, proxies: proxies, loads: proxies.map { _ in load(of: benchmark) }, bench)
        return result
    }

    /// Sluice with 10,000 routes, of which requests go over 100, and with 10, all of them used. A
    /// third one has all of 10,000 used, which is as bad as it gets: no cache holds so many.
    static func compareRouteCounts(_ benchmark: BenchmarkCase, _ bench: Bench) throws -> CaseResult
    {
        guard bench.kinds[0] == .sluice else {
            throw BenchmarkUnavailable("it is about sluice, which is not among the proxies")
        }
        let web = try WebBackend.start(in: bench.directory)
        defer { web.stop() }
        var result = CaseResult(
            benchmark, columns: ["10,000 routes", "10,000 used", "10 routes"], hasSubject: true,
            reference: 2)
        let sets = [10_000, 10_000, 10].map { RouteSet(count: $0) }
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for routes in sets {
            var task = try benchmark.task(backendPort: web.port, bench)
            task.routes = routes
            proxies.append(try RunningProxy.start(.sluice, task, bench))
        }
        let loads = zip(sets, [100, 10_000, 10]).map { routes, used in
            Wrk(
                path: WebBackend.smallPath, connections: 32, script: routes.script(used: used))
        }
        try fill(&result, proxies: proxies, loads: loads, bench)
        return result
    }

    private static func fill(
        _ result: inout CaseResult, proxies: [RunningProxy], loads: [Wrk], _ bench: Bench
    ) throws {
        let benchmark = result.benchmark
        for (proxy, load) in zip(proxies, loads) { try warmUp(load, proxy, bench) }
        try bench.fill(&result, rounds: bench.rounds) { column in
            try sample(
                benchmark, loads[column], proxies[column], seconds: bench.seconds, bench)
        }
    }

    /// One second of a load for buffers, caches and the scheduler to settle.
    static func warmUp(_ load: Wrk, _ proxy: RunningProxy, _ bench: Bench) throws {
        _ = try load.run(port: proxy.port, seconds: 1, directory: bench.directory)
    }

    /// What some seconds of load show of a proxy.
    static func sample(
        _ benchmark: BenchmarkCase, _ load: Wrk, _ proxy: RunningProxy, seconds: Int, _ bench: Bench
    ) throws -> Sample {
        let before = proxy.usage()
        let report = try load.run(
            port: proxy.port, seconds: seconds, directory: bench.directory)
        let usage = proxy.usage().since(before)
        guard proxy.isRunning else {
            throw BenchmarkError("\(proxy.kind.rawValue) ended:\n\(proxy.output)")
        }
        var sample = benchmark.isBulk ? perGiB(report, usage) : perRequest(report, usage)
        sample[.median] = report.median * 1e3
        sample[.percentile99] = report.percentile99 * 1e3
        sample[.memory] = proxy.memory().proportional / 0x1p20
        sample[.failures] = report.failures
        return sample
    }

    /// The load of a case that has one.
    static func load(of benchmark: BenchmarkCase) -> Wrk {
        guard let load = benchmark.load else { preconditionFailure("a case without load") }
        return load
    }

    private static func perRequest(_ report: WrkReport, _ usage: ProcessUsage) -> Sample {
        [
            .requestRate: report.requests / report.seconds,
            .totalPerRequest: usage.total * 1e6 / report.requests,
            .userPerRequest: usage.user * 1e6 / report.requests,
            .systemPerRequest: usage.system * 1e6 / report.requests,
        ]
    }

    private static func perGiB(_ report: WrkReport, _ usage: ProcessUsage) -> Sample {
        let gibibytes = report.bytes / 0x1p30
        return [
            .byteRate: gibibytes / report.seconds,
            .totalPerGiB: usage.total * 1e3 / gibibytes,
            .userPerGiB: usage.user * 1e3 / gibibytes,
            .systemPerGiB: usage.system * 1e3 / gibibytes,
        ]
    }
}
