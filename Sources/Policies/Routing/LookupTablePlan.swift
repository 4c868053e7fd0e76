// Seeks the multipliers of a look-up table. Control plane.

/// A look-up table before it is copied out of Swift's heap.
struct LookupTablePlan {
    /// What the keys are hashed with.
    private(set) var seed = RoutingHash.seed

    /// One for each bucket; a power of two of them.
    private(set) var multipliers: [UInt64] = []

    /// At least twice as many as there are keys; a power of two.
    private(set) var slots: [LookupTable.Slot] = []

    /// Brings a product into the range of slots.
    private(set) var slotShift: UInt64 = 0

    /// Multipliers tried for one bucket. Each fits by an even chance or so, but for the few large
    /// buckets, which come first, while the table is empty.
    private static let trialsMax = 10_000

    /// Seeds tried. Distinct keys have distinct hashes by the first unless somebody chose them not
    /// to have, and nobody can for a few seeds at once.
    private static let seedsMax = 64

    /// Lays out keys `0..<count`, which are distinct, under hashes of theirs. The same keys in the
    /// same order give the same table. O(count), expected.
    init(count: Int, hash: (_ key: Int, _ seed: UInt64) -> UInt64) {
        for _ in 0..<Self.seedsMax {
            let hashes = (0..<count).map { hash($0, seed) }
            if Set(hashes).count == count && layOut(hashes) { return }
            seed &+= 1
        }
        preconditionFailure("keys that no seed tells apart")
    }

    /// What the table takes of a block.
    var byteCount: Int { TableBlock.byteCount(of: multipliers) + TableBlock.byteCount(of: slots) }

    /// Places the largest buckets first; false if one finds no place.
    private mutating func layOut(_ hashes: [UInt64]) -> Bool {
        let slotCount = Self.powerOfTwo(atLeast: max(hashes.count * 2, 2))
        let bucketCount = Self.powerOfTwo(atLeast: max(hashes.count / 4, 1))
        slotShift = UInt64(64 - slotCount.trailingZeroBitCount)
        multipliers = Array(repeating: 1, count: bucketCount)
        slots = Array(repeating: LookupTable.Slot(tag: 0, value: -1), count: slotCount)
        var buckets = [[Int]](repeating: [], count: bucketCount)
        for (key, hash) in hashes.enumerated() {
            buckets[Int(hash & UInt64(bucketCount - 1))].append(key)
        }
        let order = buckets.indices.sorted {
            (buckets[$1].count, $0) < (buckets[$0].count, $1)
        }
        for bucket in order where !buckets[bucket].isEmpty {
            guard place(buckets[bucket], of: bucket, hashes) else { return false }
        }
        return true
    }

    private mutating func place(_ keys: [Int], of bucket: Int, _ hashes: [UInt64]) -> Bool {
        for trial in 0..<Self.trialsMax {
            let multiplier = RoutingHash.finish(RoutingHash.seed, UInt64(trial), 8) | 1
            let places = keys.map { Int((hashes[$0] &* multiplier) >> slotShift) }
            let isFree = places.allSatisfy { slots[$0].value < 0 }
            guard isFree && Set(places).count == places.count else { continue }
            multipliers[bucket] = multiplier
            for (key, place) in zip(keys, places) {
                slots[place] = LookupTable.Slot(
                    tag: UInt32(hashes[key] >> 32), value: Int32(key))
            }
            return true
        }
        return false
    }

    private static func powerOfTwo(atLeast count: Int) -> Int {
        var power = 1
        while power < count { power *= 2 }
        return power
    }
}
