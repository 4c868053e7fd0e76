// The smoothness of the round: exact over a cycle, near it in any window, and never many in a row.

import Support
import Testing

@testable import Balancing

struct RoundRobinTests {
    private static func randomWeights(_ generator: inout SeededGenerator) -> [Int] {
        let count = Int.random(in: 2...12, using: &generator)
        let largest = [1, 3, 20, 100].randomElement(using: &generator) ?? 1
        return (0..<count).map { _ in Int.random(in: 1...largest, using: &generator) }
    }

    @Test func everyCycleIsExact() {
        let weights = [6, 2, 2, 4]
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: .roundRobin), candidates: candidates(weights))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        // Their divisor is 2: already half of the weights is a cycle.
        for _ in 0..<20 {
            let picks = balancer.picks(7, fleet: Fleet(count: 4), cursor: &cursor)
            let counts = (0..<4).map { index in picks.filter { $0 == Int32(index) }.count }
            #expect(counts == [3, 1, 1, 2], "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test func everyWindowIsNearItsShare() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<30 {
            let placement = Placement(candidates(Self.randomWeights(&generator)))
            let weights = placement.weights
            let turns = SmoothSchedule.turns(placement)
            let classes = Double(Set(weights).count)
            let total = Double(weights.reduce(0, +))
            for rank in weights.indices {
                let share = Double(weights[rank]) / total
                // How far the running count is from its share, at its least and its most: no
                // window, nor one across the end of the cycle, is off by more than the difference.
                var (sum, low, high) = (0.0, 0.0, 0.0)
                for turn in turns {
                    sum += (Int(turn) == rank ? 1 : 0) - share
                    low = min(low, sum)
                    high = max(high, sum)
                }
                #expect(
                    high - low <= 1 + share * classes + 0.001,
                    "\(weights), SLUICE_SEED=\(testSeed)")
            }
        }
    }

    @Test func runsAreShort() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<30 {
            let placement = Placement(candidates(Self.randomWeights(&generator)))
            let weights = placement.weights
            let turns = SmoothSchedule.turns(placement)
            let classes = Set(weights).count
            let total = weights.reduce(0, +)
            var run = 1
            for (before, turn) in zip(turns, turns.dropFirst()) {
                run = turn == before ? run + 1 : 1
                let weight = weights[Int(turn)]
                let limit = 1 + (weight * classes + total - weight - 1) / (total - weight)
                #expect(run <= limit, "\(weights), SLUICE_SEED=\(testSeed)")
            }
        }
    }

    @Test func oneHeavyBackendAlternatesWithManyLightOnes() {
        let turns = SmoothSchedule.turns(Placement(candidates([5, 1, 1, 1, 1, 1])))
        let heavy = turns.map { $0 == 0 }
        #expect(zip(heavy, heavy.dropFirst()).allSatisfy { $0 != $1 }, "\(turns)")
    }

    @Test func equalWeightsTakeTurnsByIdentity() {
        let turns = SmoothSchedule.turns(Placement(candidates([4, 4, 4, 4])))
        #expect(turns == [0, 1, 2, 3])
    }

    @Test func hugeWeightsGiveABoundedCycleThatHoldsEveryone() {
        let weights = [1_000_000, 999_999, 1, 3]
        let turns = SmoothSchedule.turns(Placement(candidates(weights)))
        #expect(turns.count <= BalancingLimits.scheduleSlotsMax + weights.count)
        #expect(turns.contains(2) && turns.contains(3))
    }

    @Test func workersStartAtDifferentPlaces() {
        let starts = (0..<8).map { seed in BalancerCursor(seed: UInt64(seed)).slot(below: 1000) }
        #expect(Set(starts).count > 5)
        #expect(starts.allSatisfy { (0..<1000).contains($0) })
    }

    @Test func aCursorOutlivesItsBalancer() {
        var cursor = BalancerCursor(seed: testSeed)
        for count in [100, 3, 1000, 2] {
            let balancer = Balancer.build(
                policy: BalancingPolicy(algorithm: .roundRobin),
                candidates: candidates(count: count))
            let picks = balancer.picks(count, fleet: Fleet(count: count), cursor: &cursor)
            #expect(Set(picks).count == count, "SLUICE_SEED=\(testSeed)")
            balancer.deallocate()
        }
    }

    @Test func theUsableFewStillTakeTurns() {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: .roundRobin), candidates: candidates(count: 100))
        defer { balancer.deallocate() }
        var fleet = Fleet(count: 100, usable: false)
        for index in [3, 4, 90] { fleet.usable[index] = true }
        let counts = balancer.tally(30, fleet: fleet)
        #expect([counts[3], counts[4], counts[90]] == [10, 10, 10], "SLUICE_SEED=\(testSeed)")
    }
}
