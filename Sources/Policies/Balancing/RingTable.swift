// Places backends on a ring of 32-bit points, many points each (Karger et al., "Consistent Hashing
// and Random Trees", 1997; ketama's choice of points by weight). Control plane.

/// Builds rings.
enum RingTable {
    /// The points in order, each packed with its rank; of equal points the lower rank comes first.
    ///
    /// Point i of a backend hangs on its identity and i alone, so that removing a backend moves
    /// only its keys and a change of weight only adds or removes that backend's last points.
    /// O(points).
    static func points(_ placement: Placement, perWeight: Int) -> [UInt64] {
        let wanted = placement.weights.map { $0 * max(1, min(perWeight, pointsPerWeightMax)) }
        let total = wanted.reduce(0, +)
        let limit = BalancingLimits.ringPointsMax
        let counts = total <= limit ? wanted : wanted.map { max(1, $0 * limit / total) }
        var entries: [UInt64] = []
        entries.reserveCapacity(counts.reduce(0, +))
        for (rank, count) in counts.enumerated() {
            var state = placement.hashes[rank]
            for _ in 0..<count {
                let point = UInt32(truncatingIfNeeded: BalancingHash.mix(state) >> 32)
                entries.append(KeyedSort.pack(point, rank))
                state &+= 0x9E37_79B9_7F4A_7C15
            }
        }
        KeyedSort.sort(&entries)
        return entries
    }

    /// More than the whole ring may have is never wanted; keeps the products above within 64 bits.
    private static let pointsPerWeightMax = BalancingLimits.ringPointsMax
}
