// What one choice of a backend costs, by algorithm and number of backends: the balancer alone, in
// this process, with all backends usable. No proxy and no network take part.

import Balancing

enum PicksCase {
    /// The most first: it is what is held against the fewest.
    private static let counts = [10_000, 1_000, 100, 10]

    /// Of one algorithm in one round: little enough to keep what is compared close together.
    private static let secondsPerSample = 0.05
    /// Enough for the clock's own time not to matter.
    private static let picksPerReading = 1_024

    static func run(_ bench: Bench) throws -> CaseResult {
        var result = CaseResult(
            .picks, columns: counts.map { "of " + TextReport.number(Double($0)) }, hasSubject: true,
            reference: counts.count - 1)
        let fields = counts.map { count in
            (backends: BackendArrays(count: count), balancers: balancers(count))
        }
        defer { for field in fields { field.balancers.values.forEach { $0.deallocate() } } }
        try bench.fill(&result, rounds: bench.rounds) { column in
            let field = fields[column]
            return field.balancers.mapValues { nanosecondsPerPick($0, field.backends) }
        }
        return result
    }

    private static func balancers(_ count: Int) -> [Metric: Balancer] {
        let candidates = (0..<count).map {
            BalancingCandidate(identity: "10.0.\($0 / 250).\($0 % 250 + 1):6379")
        }
        let pairs = BalancingAlgorithm.allCases.map { algorithm in
            let policy = BalancingPolicy(algorithm: algorithm)
            return (
                metric(algorithm), Balancer.build(policy: policy, candidates: candidates)
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func metric(_ algorithm: BalancingAlgorithm) -> Metric {
        switch algorithm {
        case .maglev: .maglevPick
        case .ring: .ringPick
        case .randomTwo: .randomTwoPick
        case .roundRobin: .roundRobinPick
        case .leastConnections: .leastConnectionsPick
        case .random: .randomPick
        }
    }

    /// The median of many readings, so that those which something interrupted do not count.
    private static func nanosecondsPerPick(
        _ balancer: Balancer, _ backends: BackendArrays
    ) -> Double {
        var cursor = BalancerCursor(seed: 1)
        var key: UInt64 = 1
        // The first picks bring tables and state into the caches that have room for them.
        pickMany(balancer, backends, &cursor, &key)
        let deadline = Clock.now() + secondsPerSample
        var readings: [Double] = []
        var begin = Clock.now()
        while begin < deadline || readings.isEmpty {
            pickMany(balancer, backends, &cursor, &key)
            let end = Clock.now()
            readings.append(end - begin)
            begin = end
        }
        readings.sort()
        return readings[readings.count / 2] * 1e9 / Double(picksPerReading)
    }

    /// Each key hangs on the pick before, so that none can be left out, and none of those by key
    /// begins before the last has ended. Those by lot or turn have their cursor for that.
    private static func pickMany(
        _ balancer: Balancer, _ backends: BackendArrays, _ cursor: inout BalancerCursor,
        _ key: inout UInt64
    ) {
        for _ in 0..<picksPerReading {
            // Traps on -1: some backend is always usable.
            let index = UInt64(pick(balancer, key, &cursor, backends))
            key = key &+ index &+ 0x9E37_79B9_7F4A_7C15
        }
    }

    /// A call of its own for each pick, as a worker makes one: nothing of it is done once for many.
    @inline(never)
    private static func pick(
        _ balancer: Balancer, _ key: UInt64, _ cursor: inout BalancerCursor,
        _ backends: BackendArrays
    ) -> Int32 {
        balancer.pick(key: key, cursor: &cursor, view: backends)
    }
}
