// The least loaded of many. Loads change under every worker's hands, so no order of them can be
// kept; what is looked at in one pick is bounded instead.

extension Balancer {
    /// The usable candidate that carries least for its weight, among the `leastConnectionsWindow`
    /// ranks from one drawn by weight, and beyond them only until one is usable. Even candidates
    /// go to the first met, so that idle ones are chosen by weight.
    @inlinable
    func pickLeastLoaded<View: BackendView & ~Copyable>(
        cursor: inout BalancerCursor, view: borrowing View
    ) -> Int32 {
        var rank = draw(excluding: -1, cursor: &cursor)
        var best: Int32 = -1
        for seen in 0..<order.count {
            if best >= 0 && seen >= BalancingLimits.leastConnectionsWindow { break }
            let index = order[rank]
            if view.isUsable(index) && (best < 0 || !isAsLight(best, as: index, view: view)) {
                best = index
            }
            rank += 1
            if rank == order.count { rank = 0 }
        }
        return best
    }
}
