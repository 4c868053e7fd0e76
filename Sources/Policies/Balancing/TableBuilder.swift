// Gathers what one algorithm needs, in terms of ranks, before it is copied out of Swift's heap.
// Control plane.

/// The tables of one balancer while it is built.
struct TableBuilder {
    /// Ranks by slot, point or turn; empty for algorithms that draw.
    private(set) var slots: [Int32] = []

    /// The ring's points beside `slots`.
    private(set) var points: [UInt32] = []

    /// Columns by rank, when something is drawn by unequal weights.
    private(set) var columns: [AliasColumn] = []

    private let algorithm: BalancingAlgorithm
    private let placement: Placement

    init(_ policy: BalancingPolicy, _ placement: Placement) {
        algorithm = policy.algorithm
        self.placement = placement
        guard placement.count > 0 else { return }
        switch policy.algorithm {
        case .maglev:
            let size = MaglevTable.slots(for: policy, count: placement.count)
            slots = MaglevTable.fill(placement, size: size)
        case .ring:
            let entries = RingTable.points(placement, perWeight: policy.ringPointsPerWeight)
            slots = entries.map { Int32(KeyedSort.value($0)) }
            points = entries.map { UInt32(truncatingIfNeeded: $0 >> 32) }
        case .roundRobin:
            slots = SmoothSchedule.turns(placement)
        case .randomTwo, .leastConnections, .random:
            if !placement.isUniform { columns = AliasColumn.columns(placement.weights) }
        }
    }

    /// A table of candidates from one of ranks.
    func indexes(_ ranks: [Int32]) -> IndexTable {
        IndexTable(count: ranks.count, limit: max(placement.candidateCount, 1)) { position in
            placement.indexes[Int(ranks[position])]
        }
    }

    /// The elements outside Swift's heap, or nil when there are none.
    func copy<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
        if elements.isEmpty { return nil }
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        for (position, element) in elements.enumerated() {
            unsafe (copy + position).initialize(to: element)
        }
        return unsafe copy
    }

    /// A hash of all that a choice depends on, by identity and never by index. O(table).
    func checksum() -> UInt64 {
        var sum = BalancingHash.mix(BalancingHash.placementSeed &+ UInt64(algorithm.rawValue))
        for (hash, weight) in zip(placement.hashes, placement.weights) {
            sum = Self.fold(Self.fold(sum, hash), UInt64(weight))
        }
        for slot in slots { sum = Self.fold(sum, placement.hashes[Int(slot)]) }
        for point in points { sum = Self.fold(sum, UInt64(point)) }
        return BalancingHash.mix(sum)
    }

    /// One step, in which the order of the values counts.
    private static func fold(_ sum: UInt64, _ value: UInt64) -> UInt64 {
        let turned = sum << 23 | sum >> 41
        return (turned ^ value) &* 0x9E37_79B9_7F4A_7C15
    }
}
