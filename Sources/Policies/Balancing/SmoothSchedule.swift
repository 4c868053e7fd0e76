// The order of turns that gives each backend its share and spreads its turns evenly, computed once
// at build, so that no pick scans the backends. Round robin walks it; Maglev fills its table by it.

/// One cycle of smooth weighted round robin, as ranks.
enum SmoothSchedule {
    /// The turns of one cycle. Each rank has exactly its weight's turns, weights being divided by
    /// their greatest common divisor, or scaled when the cycle would pass `scheduleSlotsMax`.
    ///
    /// Backends of one weight form a class that shares turns at equal distances of the cycle, its
    /// members one after another in order of rank; the classes are merged by time. In a window of L
    /// turns a backend of share s then has L × s turns, give or take 1 + s × classes. A class
    /// begins at a phase that its weight alone decides, so that one more class doesn't shift the
    /// others.
    ///
    /// O(n log n + turns).
    static func turns(_ placement: Placement) -> [Int32] {
        let weights = reduced(placement.weights)
        let byWeight = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
        var entries: [UInt64] = []
        entries.reserveCapacity(weights.reduce(0, +))
        var start = 0
        while start < byWeight.count {
            let weight = weights[byWeight[start]]
            var end = start + 1
            while end < byWeight.count && weights[byWeight[end]] == weight { end += 1 }
            let turns = UInt64((end - start) * weight)
            let phase = BalancingHash.mix(UInt64(weight)) >> 32
            var member = start
            for turn in 0..<turns {
                let time = UInt32(truncatingIfNeeded: (turn << 32 | phase) / turns)
                entries.append(KeyedSort.pack(time, byWeight[member]))
                member = member + 1 == end ? start : member + 1
            }
            start = end
        }
        KeyedSort.sort(&entries)
        return entries.map { Int32(KeyedSort.value($0)) }
    }

    /// The weights with the shortest cycle that keeps their shares, or one of at most
    /// `scheduleSlotsMax` turns, plus one for each that would have none.
    private static func reduced(_ weights: [Int]) -> [Int] {
        let divisor = weights.reduce(0, greatestCommonDivisor)
        let small = weights.map { $0 / max(divisor, 1) }
        let total = small.reduce(0, +)
        let limit = BalancingLimits.scheduleSlotsMax
        return total <= limit ? small : small.map { max(1, $0 * limit / total) }
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }
}
