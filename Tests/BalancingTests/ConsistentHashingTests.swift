// How evenly the hashed algorithms spread keys, how few of them move when backends come and go, and
// that a bounded load holds.

import Support
import Testing

@testable import Balancing

struct ConsistentHashingTests {
    private static let hashed: [BalancingAlgorithm] = [.maglev, .ring]

    private func owners(
        _ algorithm: BalancingAlgorithm, _ candidates: [BalancingCandidate], keys: Int
    ) -> [String] {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates)
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: 1)
        return balancer.picks(keys, fleet: Fleet(count: candidates.count), cursor: &cursor).map {
            candidates[Int($0)].identity
        }
    }

    /// Computed by a separate program that follows the papers literally, whole permutations and
    /// all. A change here moves every key of every deployment.
    @Test(
        arguments: [
            (
                .maglev,
                [4, 4, 3, 2, 1, 4, 2, 1, 3, 0, 1, 1, 0, 3, 3, 0, 4, 4, 4, 2, 0, 3, 1, 2]
            ),
            (
                .ring,
                [1, 2, 1, 1, 0, 1, 1, 3, 4, 3, 0, 0, 0, 1, 3, 3, 2, 2, 2, 1, 4, 3, 1, 1]
            ),
        ] as [(BalancingAlgorithm, [Int32])])
    func placesAreThoseOfEveryRelease(algorithm: BalancingAlgorithm, expected: [Int32]) {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(count: 5))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        #expect(balancer.picks(24, fleet: Fleet(count: 5), cursor: &cursor) == expected)
    }

    @Test func maglevGivesEqualWeightsEqualSlots() {
        for (count, size) in [(3, 65537), (100, 65537), (1000, 65537), (7, 11)] {
            let table = MaglevTable.fill(Placement(candidates(count: count)), size: size)
            var slots = Array(repeating: 0, count: count)
            for rank in table { slots[Int(rank)] += 1 }
            let (low, high) = (slots.min() ?? 0, slots.max() ?? 0)
            #expect(high - low <= 1, "\(count) candidates in \(size) slots")
        }
    }

    @Test func maglevSlotsFollowWeights() {
        let placement = Placement(candidates([1, 2, 3, 50, 100, 1000]))
        let weights = placement.weights
        let table = MaglevTable.fill(placement, size: 65537)
        var slots = Array(repeating: 0, count: weights.count)
        for rank in table { slots[Int(rank)] += 1 }
        for (slot, weight) in zip(slots, weights) {
            let fair = 65537 * Double(weight) / Double(weights.reduce(0, +))
            #expect(abs(Double(slot) - fair) <= 1 + Double(weights.count), "weight \(weight)")
        }
    }

    @Test func maglevTablesArePrimeAndHoldEveryCandidate() {
        let size = { (wanted: Int, count: Int) in
            MaglevTable.slots(for: BalancingPolicy(tableSize: wanted), count: count)
        }
        #expect(size(65537, 10) == 65537)
        #expect(size(65536, 10) == 65537)
        #expect(size(0, 1) == 2)
        #expect(size(-1, 9) == 11)
        #expect(size(11, 100) == 101)
        #expect(size(.max, 5) == BalancingLimits.maglevSlotsMax)
    }

    /// The paper's section 5.3: with 65,537 slots and some hundred backends a removal moves a few
    /// per cent of the keys that it didn't have to.
    @Test func maglevMovesFewKeysWhenOneGoes() {
        let before = candidates(count: 100)
        var generator = SeededGenerator(seed: testSeed)
        let gone = Int.random(in: 0..<100, using: &generator)
        var after = before
        after.remove(at: gone)
        let keys = 20_000
        let pairs = zip(
            owners(.maglev, before, keys: keys), owners(.maglev, after, keys: keys))
        let moved = pairs.filter { $0 != $1 && $0 != before[gone].identity }.count
        #expect(Double(moved) < 0.03 * Double(keys), "\(moved) moved, SLUICE_SEED=\(testSeed)")
    }

    @Test func ringMovesOnlyTheKeysOfTheOneThatGoes() {
        let before = candidates(count: 50)
        var generator = SeededGenerator(seed: testSeed)
        let gone = Int.random(in: 0..<50, using: &generator)
        var after = before
        after.remove(at: gone)
        let keys = 20_000
        let pairs = zip(owners(.ring, before, keys: keys), owners(.ring, after, keys: keys))
        let moved = pairs.filter { $0 != $1 }
        #expect(
            moved.allSatisfy { $0.0 == before[gone].identity }, "SLUICE_SEED=\(testSeed)")
        #expect(moved.count < keys / 50 * 3 / 2, "\(moved.count), SLUICE_SEED=\(testSeed)")
    }

    @Test func ringMovesKeysOnlyToTheOneWhoseWeightGrows() {
        let before = candidates([2, 2, 2, 2, 2])
        var after = before
        after[3].weight = 3
        let pairs = zip(owners(.ring, before, keys: 5000), owners(.ring, after, keys: 5000))
        #expect(pairs.allSatisfy { $0 == $1 || $1 == before[3].identity })
    }

    @Test(arguments: hashed)
    func unusableBackendMovesOnlyItsOwnKeys(algorithm: BalancingAlgorithm) {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(count: 20))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: 1)
        var fleet = Fleet(count: 20)
        let before = balancer.picks(5000, fleet: fleet, cursor: &cursor)
        fleet.usable[4] = false
        let during = balancer.picks(5000, fleet: fleet, cursor: &cursor)
        #expect(zip(before, during).allSatisfy { $0 == 4 || $0 == $1 })
        // Its keys go to many others, not to one.
        let heirs = Set(zip(before, during).filter { $0.0 == 4 }.map { $0.1 })
        #expect(heirs.count > 10)
        fleet.usable[4] = true
        #expect(balancer.picks(5000, fleet: fleet, cursor: &cursor) == before)
    }

    @Test(arguments: hashed)
    func everyWorkerAgrees(algorithm: BalancingAlgorithm) {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(count: 300))
        defer { balancer.deallocate() }
        // So few usable that some picks run out of probes and scan.
        var fleet = Fleet(count: 300, usable: false)
        fleet.usable[17] = true
        fleet.usable[203] = true
        var (one, other) = (BalancerCursor(seed: 1), BalancerCursor(seed: 2))
        #expect(
            balancer.picks(200, fleet: fleet, cursor: &one)
                == balancer.picks(200, fleet: fleet, cursor: &other))
    }

    @Test(arguments: hashed, [1.0, 1.25, 2.0])
    func boundedLoadIsNeverExceeded(algorithm: BalancingAlgorithm, bound: Double) {
        let weights = (0..<30).map { 1 + $0 % 4 }
        let total = weights.reduce(0, +)
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm, boundedLoad: bound),
            candidates: candidates(weights))
        defer { balancer.deallocate() }
        var generator = SeededGenerator(seed: testSeed)
        var cursor = BalancerCursor(seed: testSeed)
        var fleet = Fleet(count: weights.count)
        for _ in 0..<2000 {
            // Three keys only: without the bound at most three backends would have it all.
            let key = UInt64.random(in: 0..<3, using: &generator)
            let pick = balancer.pick(key: key, cursor: &cursor, view: fleet)
            fleet.add(1, to: pick)
            // ceil(bound × total load × weight ÷ weights) in whole quarters.
            let share = Int(bound * 4) * fleet.totalLoad * weights[Int(pick)]
            let limit = (share + 4 * total - 1) / (4 * total)
            #expect(fleet.load(pick) <= limit, "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test(arguments: hashed)
    func boundedLoadKeepsKeysWhereThereIsRoom(algorithm: BalancingAlgorithm) {
        let bounded = BalancingPolicy(algorithm: algorithm, boundedLoad: 1.25)
        let balancer = Balancer.build(policy: bounded, candidates: candidates(count: 10))
        let free = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm), candidates: candidates(count: 10))
        defer {
            balancer.deallocate()
            free.deallocate()
        }
        var cursor = BalancerCursor(seed: 1)
        let idle = Fleet(count: 10)
        #expect(
            balancer.picks(500, fleet: idle, cursor: &cursor)
                == free.picks(500, fleet: idle, cursor: &cursor))
    }

    @Test(arguments: hashed)
    func boundedLoadRefusesNobodyWhenTheRestIsDown(algorithm: BalancingAlgorithm) {
        let balancer = Balancer.build(
            policy: BalancingPolicy(algorithm: algorithm, boundedLoad: 1),
            candidates: candidates(count: 10))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: 1)
        var fleet = Fleet(count: 10, usable: false)
        fleet.usable[6] = true
        fleet.add(1000, to: 6)
        #expect(balancer.pick(key: 9, cursor: &cursor, view: fleet) == 6)
    }

    @Test func strangeBoundsCountAsTheNearestSensibleOne() {
        for bound in [0, -1, Double.nan, Double.infinity] {
            let balancer = Balancer.build(
                policy: BalancingPolicy(algorithm: .maglev, boundedLoad: bound),
                candidates: candidates(count: 3))
            var cursor = BalancerCursor(seed: 1)
            #expect(balancer.pick(key: 1, cursor: &cursor, view: Fleet(count: 3)) >= 0)
            balancer.deallocate()
        }
    }

    @Test func ringsAreBoundedInPoints() {
        let placement = Placement(candidates([1, 1_000_000, 1_000_000]))
        let points = RingTable.points(placement, perWeight: 160)
        #expect(points.count <= BalancingLimits.ringPointsMax + placement.count)
        #expect(Set(points.map(KeyedSort.value)) == [0, 1, 2])
    }
}
