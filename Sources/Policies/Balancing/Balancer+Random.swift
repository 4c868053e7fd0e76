// Picks by lot: one backend, or the less loaded of two. A draw costs the same for ten backends and
// for ten thousand.

extension Balancer {
    /// One usable candidate at random by weight.
    @inlinable
    func pickRandom<View: BackendView & ~Copyable>(
        cursor: inout BalancerCursor, view: borrowing View
    ) -> Int32 {
        let rank = drawUsable(excluding: -1, cursor: &cursor, view: view)
        return rank < 0 ? -1 : order[rank]
    }

    /// The one of two distinct usable candidates, drawn by weight, that carries less for its
    /// weight; the first when they are even.
    @inlinable
    func pickRandomTwo<View: BackendView & ~Copyable>(
        cursor: inout BalancerCursor, view: borrowing View
    ) -> Int32 {
        let firstRank = drawUsable(excluding: -1, cursor: &cursor, view: view)
        if firstRank < 0 { return -1 }
        let first = order[firstRank]
        let secondRank = drawUsable(excluding: firstRank, cursor: &cursor, view: view)
        if secondRank < 0 { return first }
        let second = order[secondRank]
        return isAsLight(first, as: second, view: view) ? first : second
    }

    /// The rank of a usable candidate other than `excluded` (-1 excludes none), or -1: by weighted
    /// draws, and after `drawsMax` of them by a scan from a random rank.
    @inlinable
    func drawUsable<View: BackendView & ~Copyable>(
        excluding excluded: Int, cursor: inout BalancerCursor, view: borrowing View
    ) -> Int {
        for _ in 0..<BalancingLimits.drawsMax {
            let rank = draw(excluding: excluded, cursor: &cursor)
            if rank != excluded && view.isUsable(order[rank]) { return rank }
        }
        return scan(from: cursor.next(below: order.count), excluding: excluded, view: view)
    }

    /// A rank at random by weight. Between equal weights never `excluded`; else possibly.
    @inlinable
    func draw(excluding excluded: Int, cursor: inout BalancerCursor) -> Int {
        guard let columns = unsafe columns else {
            if excluded < 0 { return cursor.next(below: order.count) }
            let rank = cursor.next(below: order.count &- 1)
            return rank < excluded ? rank : rank &+ 1
        }
        let bits = cursor.next()
        let rank = Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(order.count)) >> 32)
        let column = unsafe columns[rank]
        return UInt32(truncatingIfNeeded: bits) < column.threshold ? rank : Int(column.alias)
    }
}
