// Picks by key: Maglev and the ring differ in where they begin, not in how they walk on past
// backends that are unusable or full. Every worker and node walks the same way.

extension Balancer {
    /// The key's slot of the Maglev table, then the slots after it. Neighbouring slots belong to
    /// unrelated backends, so that the keys of one that went away spread over all the others.
    @inlinable
    func pickMaglev<View: BackendView & ~Copyable>(key: UInt64, view: borrowing View) -> Int32 {
        let bits = BalancingHash.mix(key)
        return walk(from: BalancingHash.reduce(bits, below: table.count), bits: bits, view: view)
    }

    /// The first point at or after the key's, then clockwise.
    @inlinable
    func pickRing<View: BackendView & ~Copyable>(key: UInt64, view: borrowing View) -> Int32 {
        guard let points = unsafe points else { preconditionFailure("a ring without points") }
        let bits = BalancingHash.mix(key)
        let wanted = UInt32(truncatingIfNeeded: bits >> 32)
        // The partition point lies within `low...low + length`.
        var low = 0
        var length = table.count
        while length > 0 {
            let half = length >> 1
            let isBelow = unsafe points[low &+ half] < wanted
            low = isBelow ? low &+ half &+ 1 : low
            length = isBelow ? length &- half &- 1 : half
        }
        return walk(from: low == table.count ? 0 : low, bits: bits, view: view)
    }

    /// The first usable candidate along the table, for at most `hashProbesMax` slots; then by rank,
    /// from one that the key decides.
    @inlinable
    func walk<View: BackendView & ~Copyable>(
        from start: Int, bits: UInt64, view: borrowing View
    ) -> Int32 {
        if boundThousandths > 0 { return walkBounded(from: start, bits: bits, view: view) }
        var slot = start
        for _ in 0..<min(table.count, BalancingLimits.hashProbesMax) {
            let index = table[slot]
            if view.isUsable(index) { return index }
            slot += 1
            if slot == table.count { slot = 0 }
        }
        let first = BalancingHash.reduce(bits, below: order.count)
        let rank = scan(from: first, excluding: -1, view: view)
        return rank < 0 ? -1 : order[rank]
    }

    /// As `walk`, but passes over candidates whose bounded load is reached. When all are usable one
    /// below its bound exists, since the bounds sum to more than the loads; else, with none below,
    /// the first usable one takes the excess rather than nobody.
    @inlinable
    func walkBounded<View: BackendView & ~Copyable>(
        from start: Int, bits: UInt64, view: borrowing View
    ) -> Int32 {
        let allowance = boundThousandths * (Double(view.totalLoad) + 1)
        var firstUsable: Int32 = -1
        var slot = start
        for _ in 0..<min(table.count, BalancingLimits.hashProbesMax) {
            let index = table[slot]
            if view.isUsable(index) {
                if hasRoom(index, allowance: allowance, view: view) { return index }
                if firstUsable < 0 { firstUsable = index }
            }
            slot += 1
            if slot == table.count { slot = 0 }
        }
        var rank = BalancingHash.reduce(bits, below: order.count)
        for _ in 0..<order.count {
            let index = order[rank]
            if view.isUsable(index) {
                if hasRoom(index, allowance: allowance, view: view) { return index }
                if firstUsable < 0 { firstUsable = index }
            }
            rank += 1
            if rank == order.count { rank = 0 }
        }
        return firstUsable
    }

    /// Whether `load + 1 ≤ ceil(c × (total + 1) × weight ÷ weights)`. For a whole load that is
    /// `load < c × …`, here multiplied out: no division, and exact while below 2^53.
    @inlinable
    func hasRoom<View: BackendView & ~Copyable>(
        _ index: Int32, allowance: Double, view: borrowing View
    ) -> Bool {
        let weight = Double(unsafe weights[Int(index)])
        return Double(view.load(index)) * boundDivisor < allowance * weight
    }
}
