// What clients that are slow on purpose cost the others, and cost the proxy in memory: 5,000 of
// them, in equal parts slow with heads, with bodies and with reading, stand all the time beside a
// normal load on the same listener. What the proxy ends is opened again at once.

import Proxy

enum SlowClientsCase {
    static let clients = "5,000"
    /// Of each kind, in the order of `SlowKind`; 5,000 together.
    private static let counts = [1_667, 1_667, 1_666]

    /// What a slow client may take beside buffers: its slots of session, exchange, connection and
    /// timer, and the allocator's share.
    private static let slotBytes = 2 << 10

    /// What sluice's limits let it hold for each client of a kind. Pipes are not in it, as they are
    /// the kernel's: 512 of 1 MiB at most for each worker.
    private static func bytesMax(_ kind: SlowKind) -> Int {
        let buffers =
            switch kind {
            // What has come of the head.
            case .head: ProxyLimits.headBufferBytes
            // The request's head as it was sent.
            case .body: ProxyLimits.headBufferBytes
            // What the client has not taken.
            case .read: ProxyLimits.headBufferBytes
            }
        return buffers + slotBytes
    }

    static func run(_ bench: Bench) throws -> CaseResult {
        // The proxy has one more for each that it connects to the backend, and two for each pipe.
        try Descriptors.require(2 * counts.reduce(0, +) + 2 * ProxyLimits.pipesMax + 500)
        // What the backend's kernel holds for slow readers would be another machine's.
        let web = try WebBackend.start(in: bench.directory, sendBytes: 128 << 10)
        defer { web.stop() }
        var result = bench.emptyResult(.slowClients)
        // Long rounds: each has the proxy end every slow head once.
        try bench.fill(&result, rounds: min(bench.rounds, 3)) { column in
            try sample(bench.kinds[column], web, bench)
        }
        return result
    }

    /// The same load twice on a proxy just started: without slow clients, and with them.
    private static func sample(
        _ kind: ProxyKind, _ web: WebBackend, _ bench: Bench
    ) throws -> Sample {
        var task = try BenchmarkCase.slowClients.task(backendPort: web.port, bench)
        task.limitsClients = true
        let proxy = try RunningProxy.start(kind, task, bench)
        defer { proxy.stop() }
        let load = LoadCase.load(of: .slowClients)
        let seconds = bench.seconds(covering: ProxyTask.headSeconds)
        try LoadCase.warmUp(load, proxy, bench)
        let calm = try LoadCase.sample(.slowClients, load, proxy, seconds: seconds, bench)
        let calmMemory = proxy.memory().proportional
        let calmDescriptors = proxy.descriptors()

        let slow = try SlowClients.start(port: proxy.port, seed: 1)
        var isStopped = false
        defer { if !isStopped { slow.stop() } }
        var sample = try open(slow, proxy)
        let endedBefore = slow.counts.ended
        let begin = Clock.now()
        let loaded = try LoadCase.sample(.slowClients, load, proxy, seconds: seconds, bench)
        let (ended, refused) = slow.counts
        sample[.endedPerSecond] = Double(ended - endedBefore) / (Clock.now() - begin)
        sample.merge(loaded) { _, new in new }
        let held = proxy.descriptors() - calmDescriptors
        // Some are just being opened again.
        guard held >= counts.reduce(0, +) * 98 / 100 else {
            throw BenchmarkError("\(kind.rawValue) holds only \(held) descriptors for them")
        }
        let grown = proxy.memory()
        slow.stop()
        isStopped = true
        Clock.pause(seconds: 1)

        sample[.calmRate] = calm[.requestRate]
        sample[.calmMedian] = calm[.median]
        sample[.calmPercentile99] = calm[.percentile99]
        if let with = loaded[.percentile99], let without = calm[.percentile99], without > 0 {
            sample[.slowdown] = with / without
        }
        sample[.calmMemory] = calmMemory / 0x1p20
        sample[.memoryAfter] = proxy.memory().proportional / 0x1p20
        sample[.peakMemory] = grown.peak / 0x1p20
        if kind == .sluice {
            let bound = SlowKind.allCases.map { counts[$0.rawValue] * bytesMax($0) }.reduce(0, +)
            sample[.shareOfBound] = (grown.proportional - calmMemory) / Double(bound) * 100
        }
        sample[.descriptorsLeft] = Double(max(0, proxy.descriptors() - calmDescriptors))
        sample[.failures] =
            Double(refused) + (calm[.failures] ?? 0) + (loaded[.failures] ?? 0)
        return sample
    }

    /// Opens the slow clients, one kind after the other, and measures what each kind costs.
    private static func open(_ slow: SlowClients, _ proxy: RunningProxy) throws -> Sample {
        var sample: Sample = [:]
        var before = proxy.memory().proportional
        // Heads come last: they are the only ones that end before the load has begun.
        for kind in [SlowKind.read, .body, .head] {
            let count = counts[kind.rawValue]
            try slow.open(kind, count: count)
            // Time for what the proxy may do with them.
            Clock.pause(seconds: 0.5)
            let after = proxy.memory().proportional
            sample[metric(kind)] = (after - before) / Double(count)
            before = after
        }
        return sample
    }

    private static func metric(_ kind: SlowKind) -> Metric {
        switch kind {
        case .head: .bytesPerSlowHead
        case .body: .bytesPerSlowBody
        case .read: .bytesPerSlowRead
        }
    }
}
