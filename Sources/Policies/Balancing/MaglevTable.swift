// Fills the lookup table of Maglev hashing (Eisenbud et al., "Maglev: A Fast and Reliable Software
// Network Load Balancer", NSDI 2016, section 3.4). Control plane.

/// Builds Maglev tables.
enum MaglevTable {
    /// The table's slots, each a rank. Backends take turns to claim the next free slot of their own
    /// permutation. The turns come from the smooth schedule: in plain order for equal weights, as
    /// in the paper; for others by weight, one slot a turn, so that no weight makes it run longer.
    ///
    /// About `size × ln(size)` steps, some milliseconds for 65,537 slots. `size` is a prime, as
    /// `slots(for:)` gives it; `placement` is not empty.
    static func fill(_ placement: Placement, size: Int) -> [Int32] {
        precondition(placement.count > 0 && size > 1)
        let turns = SmoothSchedule.turns(placement)
        var place = placement.hashes.map { Int($0 % UInt64(size)) }
        // The second hash of the paper; size is prime, so that any stride visits every slot.
        let stride = placement.hashes.map { Int(BalancingHash.mix($0) % UInt64(size - 1)) + 1 }
        var table = [Int32](repeating: -1, count: size)
        var turn = 0
        for _ in 0..<size {
            let rank = Int(turns[turn])
            var slot = place[rank]
            while table[slot] >= 0 {
                slot += stride[rank]
                if slot >= size { slot -= size }
            }
            table[slot] = Int32(rank)
            place[rank] = slot
            turn = turn + 1 == turns.count ? 0 : turn + 1
        }
        return table
    }

    /// The prime number of slots for a policy: at least one a backend, at most `maglevSlotsMax`.
    static func slots(for policy: BalancingPolicy, count: Int) -> Int {
        var size = max(policy.tableSize, count, 2)
        if size >= BalancingLimits.maglevSlotsMax { return BalancingLimits.maglevSlotsMax }
        while !isPrime(size) { size += 1 }
        return size
    }

    private static func isPrime(_ number: Int) -> Bool {
        if number % 2 == 0 { return number == 2 }
        var factor = 3
        while factor * factor <= number {
            if number % factor == 0 { return false }
            factor += 2
        }
        return number > 1
    }
}
