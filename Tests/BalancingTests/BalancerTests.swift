// What every algorithm promises: shares by weight, indifference to order, a usable backend found
// wherever it is, and nothing found where there is none.

import Support
import Testing

@testable import Balancing

struct BalancerTests {
    private static let weights = [3, 1, 0, 4, 1, 5, 9, 2, 6, 5, 3, 0, 5, 8, 9, 7, 9, 3, 2, 3]

    private func build(
        _ algorithm: BalancingAlgorithm, _ candidates: [BalancingCandidate]
    ) -> Balancer {
        Balancer.build(policy: BalancingPolicy(algorithm: algorithm), candidates: candidates)
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func sharesFollowWeights(algorithm: BalancingAlgorithm) {
        let balancer = build(algorithm, candidates(Self.weights))
        defer { balancer.deallocate() }
        let counts = balancer.tally(30_000, fleet: Fleet(count: Self.weights.count))
        // A ring's shares vary by the chance of its points: 1 ÷ √(160 × weight), about 3 %, which
        // this many picks tell from nothing.
        let limit = algorithm == .ring ? 100.0 : 8.0
        let value = excess(counts, weights: Self.weights)
        #expect(value < limit, "\(counts), SLUICE_SEED=\(testSeed)")
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func weightZeroIsNeverChosen(algorithm: BalancingAlgorithm) {
        let balancer = build(algorithm, candidates(Self.weights + [-5]))
        defer { balancer.deallocate() }
        #expect(balancer.count == Int32(Self.weights.count) + 1)
        var fleet = Fleet(count: Self.weights.count + 1)
        for _ in 0..<2 {
            let counts = balancer.tally(2000, fleet: fleet)
            #expect(counts[2] + counts[11] + counts[20] == 0)
            // Nor when hardly anything else is usable.
            for index in fleet.usable.indices { fleet.usable[index] = Self.isSpare(index) }
        }
        fleet.usable[5] = false
        var cursor = BalancerCursor(seed: testSeed)
        #expect(balancer.pick(key: 1, cursor: &cursor, view: fleet) == -1)
    }

    private static func isSpare(_ index: Int) -> Bool { [2, 5, 11, 20].contains(index) }

    @Test(arguments: BalancingAlgorithm.allCases)
    func orderOfCandidatesNeverMatters(algorithm: BalancingAlgorithm) {
        var generator = SeededGenerator(seed: testSeed)
        let listed = candidates(Self.weights)
        let shuffled = listed.shuffled(using: &generator)
        let (one, other) = (build(algorithm, listed), build(algorithm, shuffled))
        defer {
            one.deallocate()
            other.deallocate()
        }
        #expect(one.checksum == other.checksum, "SLUICE_SEED=\(testSeed)")
        var (cursor, twin) = (BalancerCursor(seed: 7), BalancerCursor(seed: 7))
        var fleet = Fleet(count: listed.count)
        for (index, candidate) in listed.enumerated() {
            fleet.usable[index] = candidate.weight != 5
        }
        var moved = Fleet(count: listed.count)
        for (index, candidate) in shuffled.enumerated() {
            moved.usable[index] = candidate.weight != 5
        }
        let picks = one.picks(500, fleet: fleet, cursor: &cursor).map { listed[Int($0)].identity }
        let others = other.picks(500, fleet: moved, cursor: &twin).map {
            shuffled[Int($0)].identity
        }
        #expect(picks == others, "SLUICE_SEED=\(testSeed)")
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func rebuildingGivesTheSame(algorithm: BalancingAlgorithm) {
        let (one, other) = (
            build(algorithm, candidates(Self.weights)), build(algorithm, candidates(Self.weights))
        )
        defer {
            one.deallocate()
            other.deallocate()
        }
        #expect(one.checksum == other.checksum)
        let fleet = Fleet(count: Self.weights.count)
        #expect(one.tally(500, fleet: fleet) == other.tally(500, fleet: fleet))
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func checksumTellsTablesApart(algorithm: BalancingAlgorithm) {
        var renamed = candidates(Self.weights)
        renamed[3].identity = "10.0.9.9:6379"
        var reweighted = candidates(Self.weights)
        reweighted[3].weight += 1
        let balancers = [
            build(algorithm, candidates(Self.weights)), build(algorithm, renamed),
            build(algorithm, reweighted), build(algorithm, candidates(Self.weights).dropLast()),
            build(algorithm, []),
        ]
        defer { for balancer in balancers { balancer.deallocate() } }
        #expect(Set(balancers.map(\.checksum)).count == balancers.count)
    }

    @Test func checksumTellsAlgorithmsAndSizesApart() {
        var policies = BalancingAlgorithm.allCases.map { BalancingPolicy(algorithm: $0) }
        policies.append(BalancingPolicy(algorithm: .maglev, tableSize: 1009))
        policies.append(BalancingPolicy(algorithm: .ring, ringPointsPerWeight: 100))
        let balancers = policies.map {
            Balancer.build(policy: $0, candidates: candidates(count: 5))
        }
        defer { for balancer in balancers { balancer.deallocate() } }
        #expect(Set(balancers.map(\.checksum)).count == policies.count)
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func theOnlyUsableOfAThousandIsFound(algorithm: BalancingAlgorithm) {
        var generator = SeededGenerator(seed: testSeed)
        let balancer = build(algorithm, candidates((0..<1000).map { 1 + $0 % 3 }))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        var fleet = Fleet(count: 1000, usable: false)
        #expect(balancer.pick(key: 1, cursor: &cursor, view: fleet) == -1)
        for _ in 0..<20 {
            let index = Int.random(in: 0..<1000, using: &generator)
            fleet.usable[index] = true
            let pick = balancer.pick(key: generator.next(), cursor: &cursor, view: fleet)
            #expect(pick == Int32(index), "SLUICE_SEED=\(testSeed)")
            fleet.usable[index] = false
        }
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func unusableOnesAreNeverChosen(algorithm: BalancingAlgorithm) {
        var generator = SeededGenerator(seed: testSeed)
        let balancer = build(algorithm, candidates(Self.weights))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        for _ in 0..<300 {
            var fleet = Fleet(count: Self.weights.count)
            let share = Double.random(in: 0...1, using: &generator)
            for index in fleet.usable.indices {
                fleet.usable[index] = Double.random(in: 0..<1, using: &generator) < share
            }
            let pick = balancer.pick(key: generator.next(), cursor: &cursor, view: fleet)
            let isAnyUsable = zip(fleet.usable, Self.weights).contains { $0 && $1 > 0 }
            #expect((pick >= 0) == isAnyUsable, "SLUICE_SEED=\(testSeed)")
            #expect(pick < 0 || fleet.isUsable(pick), "SLUICE_SEED=\(testSeed)")
        }
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func oneCandidateIsChosenWhileUsable(algorithm: BalancingAlgorithm) {
        let balancer = build(algorithm, candidates([0, 7]))
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        var fleet = Fleet(count: 2)
        #expect(balancer.pick(key: 5, cursor: &cursor, view: fleet) == 1)
        fleet.usable[1] = false
        #expect(balancer.pick(key: 5, cursor: &cursor, view: fleet) == -1)
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func noCandidateGivesNone(algorithm: BalancingAlgorithm) {
        let balancer = build(algorithm, [])
        defer { balancer.deallocate() }
        var cursor = BalancerCursor(seed: testSeed)
        #expect(balancer.count == 0)
        #expect(balancer.pick(key: 5, cursor: &cursor, view: Fleet(count: 0)) == -1)
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func equalIdentitiesAreAllChosen(algorithm: BalancingAlgorithm) {
        let twins = Array(repeating: BalancingCandidate(identity: "twin"), count: 3)
        let balancer = build(algorithm, twins)
        defer { balancer.deallocate() }
        let counts = balancer.tally(600, fleet: Fleet(count: 3))
        #expect(counts.allSatisfy { $0 > 100 }, "\(counts), SLUICE_SEED=\(testSeed)")
    }

    @Test(arguments: BalancingAlgorithm.allCases)
    func tenThousandCandidatesWork(algorithm: BalancingAlgorithm) {
        // A ring of few points: its million would take this build without optimisation a second.
        let policy = BalancingPolicy(algorithm: algorithm, ringPointsPerWeight: 10)
        let balancer = Balancer.build(policy: policy, candidates: candidates(count: 10_000))
        defer { balancer.deallocate() }
        let counts = balancer.tally(5000, fleet: Fleet(count: 10_000))
        #expect(counts.filter { $0 > 0 }.count > 3000, "SLUICE_SEED=\(testSeed)")
    }

    @Test func whatWorkersHoldIsTrivial() {
        // So that copying it never retains.
        #expect(_isPOD(Balancer.self))
        #expect(_isPOD(BalancerCursor.self))
    }

    @Test func candidatesBeyondSixteenBitsKeepTheirIndexes() {
        let balancer = build(.random, candidates(count: 70_000))
        defer { balancer.deallocate() }
        var fleet = Fleet(count: 70_000, usable: false)
        fleet.usable[69_999] = true
        var cursor = BalancerCursor(seed: testSeed)
        #expect(balancer.pick(key: 5, cursor: &cursor, view: fleet) == 69_999)
    }
}
