// A stable sort of numbers by their upper half, which both the ring and the round-robin cycle need
// for up to a million entries. Control plane.

/// Least-significant-digit radix sort of packed entries.
enum KeyedSort {
    /// Packs a 32-bit sort key and what it stands for.
    static func pack(_ key: UInt32, _ value: Int) -> UInt64 {
        UInt64(key) << 32 | UInt64(UInt32(value))
    }

    /// What an entry stands for.
    static func value(_ entry: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: entry)) }

    /// Sorts by the upper 32 bits in three passes of 11; equal keys keep their order. O(count).
    static func sort(_ entries: inout [UInt64]) {
        let digits = 1 << 11
        var scratch = [UInt64](repeating: 0, count: entries.count)
        for shift: UInt64 in [32, 43, 54] {
            var starts = [Int](repeating: 0, count: digits + 1)
            for entry in entries {
                starts[Int(entry &>> shift & UInt64(digits - 1)) + 1] += 1
            }
            for digit in 1..<digits { starts[digit] += starts[digit - 1] }
            for entry in entries {
                let digit = Int(entry &>> shift & UInt64(digits - 1))
                scratch[starts[digit]] = entry
                starts[digit] += 1
            }
            swap(&entries, &scratch)
        }
    }
}
