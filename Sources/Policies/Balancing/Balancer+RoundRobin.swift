// Picks in turn, along a cycle that the build has laid out.

extension Balancer {
    /// The next usable candidate of the cycle. An unusable one's turn goes to whoever follows.
    /// Looks at up to as many turns as there are candidates, then scans by rank: with very uneven
    /// weights a whole cycle may be far longer.
    @inlinable
    func pickTurn<View: BackendView & ~Copyable>(
        cursor: inout BalancerCursor, view: borrowing View
    ) -> Int32 {
        var slot = cursor.slot(below: table.count)
        for _ in 0..<order.count {
            let index = table[slot]
            slot += 1
            if slot == table.count { slot = 0 }
            if view.isUsable(index) {
                cursor.position = UInt32(truncatingIfNeeded: slot)
                return index
            }
        }
        cursor.position = UInt32(truncatingIfNeeded: slot)
        let rank = scan(from: cursor.next(below: order.count), excluding: -1, view: view)
        return rank < 0 ? -1 : order[rank]
    }
}
