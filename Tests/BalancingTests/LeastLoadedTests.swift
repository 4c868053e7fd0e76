// The algorithms that look at loads, and the draws beneath them.

import Support
import Testing

@testable import Balancing

struct LeastLoadedTests {
    @Test func leastConnectionsIsExactUpToItsWindow() {
        var generator = SeededGenerator(seed: testSeed)
        let count = BalancingLimits.leastConnectionsWindow
        let weights = (0..<count).map { _ in Int.random(in: 1...5, using: &generator) }
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: .leastConnections), candidates: candidates(weights))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        for _ in 0..<20 {
            var fleet = Fleet(count: count)
            for index in 0..<count {
                fleet.add(Int.random(in: 1...500, using: &generator), to: Int32(index))
                fleet.usable[index] = Int.random(in: 0..<4, using: &generator) > 0
            }
            let usable = (0..<count).filter { fleet.usable[$0] }
            let ratios = usable.map { Double(fleet.loads[$0]) / Double(weights[$0]) }
            let pick = Int(balancer.pick(key: 0, cursor: &cursor, view: fleet))
            let ratio = Double(fleet.loads[pick]) / Double(weights[pick])
            #expect(ratio == ratios.min(), "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test func leastConnectionsKeepsManyBackendsLevel() {
        let count = 2000
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: .leastConnections),
            candidates: candidates(count: count))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        var fleet = Fleet(count: count)
        for index in 0..<count { fleet.add(index < 1000 ? 10 : 0, to: Int32(index)) }
        for _ in 0..<100 {
            let pick = balancer.pick(key: 0, cursor: &cursor, view: fleet)
            fleet.add(1, to: pick)
            #expect(fleet.load(pick) <= 11, "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test(arguments: [BalancingAlgorithm.leastConnections, .randomTwo])
    func sharesOfLoadFollowWeights(algorithm: BalancingAlgorithm) {
        let weights = [1, 2, 4, 8, 1]
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(weights))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        var fleet = Fleet(count: weights.count)
        for _ in 0..<3200 {
            fleet.add(1, to: balancer.pick(key: 0, cursor: &cursor, view: fleet))
        }
        for (load, weight) in zip(fleet.loads, weights) {
            let fair = Double(200 * weight)
            #expect(
                abs(Double(load) - fair) < 0.05 * fair + 10,
                "\(fleet.loads), SLUICE_SEED=\(testSeed)")
        }
    }

    @Test func randomTwoTakesTheLighterOfTwo() {
        for weights in [[1, 1], [1, 100]] {
            let balancer = Balancer.build(
                policy: BalancingPolicy(algorithm: .randomTwo), candidates: candidates(weights))
            defer { balancer.deallocate() }
            var fleet = Fleet(count: 2)
            fleet.add(1000, to: 1)
            #expect(balancer.tally(200, fleet: fleet) == [200, 0], "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test func randomTwoBeatsRandomByFar() {
        let count = 200
        var peaks: [BalancingAlgorithm: Int] = [:]
        for algorithm in [BalancingAlgorithm.random, .randomTwo] {
            let balancer = Balancer.build(
                policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(count: count))
            defer { balancer.deallocate() }
            var cursor = BalancerCursor(seed: testSeed)
            var fleet = Fleet(count: count)
            for _ in 0..<count * 20 {
                fleet.add(1, to: balancer.pick(key: 0, cursor: &cursor, view: fleet))
            }
            peaks[algorithm] = fleet.loads.max() ?? 0
        }
        #expect((peaks[.randomTwo] ?? 99) <= 24, "\(peaks), SLUICE_SEED=\(testSeed)")
        #expect((peaks[.random] ?? 0) > 26, "\(peaks), SLUICE_SEED=\(testSeed)")
    }

    @Test func workersDrawDifferently() {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: .random), candidates: candidates(count: 100))
        defer { balancer.deallocate() }
        let fleet = Fleet(count: 100)
        var (one, other) = (BalancerCursor(seed: 0), BalancerCursor(seed: 1))
        #expect(
            balancer.picks(20, fleet: fleet, cursor: &one)
                != balancer.picks(20, fleet: fleet, cursor: &other))
    }

    @Test func aliasColumnsHoldEachWeightExactly() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<50 {
            let count = Int.random(in: 1...40, using: &generator)
            let largest = [2, 100, BalancingLimits.weightMax].randomElement(using: &generator) ?? 2
            let weights = (0..<count).map { _ in Int.random(in: 1...largest, using: &generator) }
            var mass = Array(repeating: 0.0, count: count)
            for (rank, column) in AliasColumn.columns(weights).enumerated() {
                let own = Double(column.threshold) / 4_294_967_296
                mass[rank] += own
                mass[Int(column.alias)] += 1 - own
            }
            let total = Double(weights.reduce(0, +))
            for (share, weight) in zip(mass, weights) {
                let fair = Double(weight * count) / total
                #expect(abs(share - fair) < 1e-6, "\(weights), SLUICE_SEED=\(testSeed)")
            }
        }
    }

    @Test func sortingByKeyIsStable() {
        var generator = SeededGenerator(seed: testSeed)
        var entries = (0..<3000).map { number in
            KeyedSort.pack(UInt32.random(in: 0...1000, using: &generator) << 22, number)
        }
        // Values ascend, so that a stable sort by key equals a plain one of the whole.
        let expected = entries.sorted()
        KeyedSort.sort(&entries)
        #expect(entries == expected, "SLUICE_SEED=\(testSeed)")
    }
}
