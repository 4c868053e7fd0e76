// The candidates in the order in which tables are filled: by identity, so that the order in which
// a file or a resolver lists them never matters. Control plane: it may allocate.

/// The candidates with a positive weight, by rank: their position when sorted by identity.
struct Placement {
    /// The candidate's index in the array given, by rank.
    private(set) var indexes: [Int32] = []

    /// Weights within `1...BalancingLimits.weightMax`, by rank.
    private(set) var weights: [Int] = []

    /// The identity's hash with the placement seed, by rank; all that tables know of it.
    private(set) var hashes: [UInt64] = []

    /// How many candidates were given, those of weight zero included.
    let candidateCount: Int

    /// The sum of `weights`.
    private(set) var weightTotal = 0

    var count: Int { indexes.count }

    /// Whether all weights are equal, so that they need not be looked at.
    var isUniform: Bool { weights.allSatisfy { $0 == weights.first } }

    init(_ candidates: [BalancingCandidate]) {
        candidateCount = candidates.count
        let chosen = candidates.indices.filter { candidates[$0].weight > 0 }
        let ranked = chosen.sorted { first, second in
            let (one, two) = (candidates[first], candidates[second])
            if one.identity != two.identity { return one.identity < two.identity }
            return (one.weight, first) < (two.weight, second)
        }
        var twins: UInt64 = 0
        for (rank, index) in ranked.enumerated() {
            let candidate = candidates[index]
            // Equal identities would otherwise share every place, and one would never be chosen.
            let isTwin = rank > 0 && candidates[ranked[rank - 1]].identity == candidate.identity
            twins = isTwin ? twins + 1 : 0
            let weight = min(candidate.weight, BalancingLimits.weightMax)
            indexes.append(Int32(index))
            weights.append(weight)
            weightTotal += weight
            hashes.append(
                BalancingHash.hash(
                    candidate.identity, seed: BalancingHash.placementSeed &+ twins))
        }
    }
}
