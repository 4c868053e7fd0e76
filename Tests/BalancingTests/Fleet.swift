// Backends whose state a test decides, and what the tests of all algorithms share: one seed, a way
// to pick many times, and a measure of how far counts are from their shares.

import Balancing
import Support

/// The seed of this run's property tests.
let testSeed = SeededGenerator().seed

/// Backends held in arrays.
struct Fleet: BackendView {
    var usable: [Bool]
    var loads: [Int]
    var totalLoad = 0

    init(count: Int, usable: Bool = true) {
        self.usable = Array(repeating: usable, count: count)
        loads = Array(repeating: 0, count: count)
    }

    func isUsable(_ index: Int32) -> Bool { usable[Int(index)] }
    func load(_ index: Int32) -> Int { loads[Int(index)] }

    mutating func add(_ load: Int, to index: Int32) {
        loads[Int(index)] += load
        totalLoad += load
    }
}

/// Candidates with addresses as identities, by given weights.
func candidates(_ weights: [Int]) -> [BalancingCandidate] {
    weights.enumerated().map { number, weight in
        BalancingCandidate(identity: "10.0.\(number / 256).\(number % 256):6379", weight: weight)
    }
}

/// Candidates of weight 1.
func candidates(count: Int) -> [BalancingCandidate] {
    candidates(Array(repeating: 1, count: count))
}

extension Balancer {
    /// The picks for some keys, 0 and up, hashed.
    func picks(_ count: Int, fleet: Fleet, cursor: inout BalancerCursor) -> [Int32] {
        (0..<count).map { number in
            pick(key: BalancingHash.mix(UInt64(number)), cursor: &cursor, view: fleet)
        }
    }

    /// How often each candidate was picked.
    func tally(_ count: Int, fleet: Fleet, seed: UInt64 = testSeed) -> [Int] {
        var cursor = BalancerCursor(seed: seed)
        var counts = Array(repeating: 0, count: fleet.loads.count)
        for pick in picks(count, fleet: fleet, cursor: &cursor) { counts[Int(pick)] += 1 }
        return counts
    }
}

/// Pearson's statistic over its degrees of freedom, in standard deviations above its mean: with
/// some twenty weights, above eight by chance less than once in a million runs.
func excess(_ counts: [Int], weights: [Int]) -> Double {
    let picks = Double(counts.reduce(0, +))
    let total = Double(weights.reduce(0, +))
    var sum = 0.0
    var freedom = -1.0
    for (count, weight) in zip(counts, weights) where weight > 0 {
        let expected = picks * Double(weight) / total
        sum += (Double(count) - expected) * (Double(count) - expected) / expected
        freedom += 1
    }
    return (sum - freedom) / (2 * freedom).squareRoot()
}
