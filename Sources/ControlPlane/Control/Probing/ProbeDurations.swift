// How long probes take, in a few buckets: enough to see a backend that has become slow.

/// Durations of probes that ended with a result.
struct ProbeDurations: Sendable, Equatable {
    /// The upper bounds of all buckets but the last, in µs: from a loopback's to a timeout's.
    static let boundsMicroseconds: [UInt64] = [
        100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000,
    ]

    /// How many fell into each bucket, not counting those of lower ones; the last has no bound.
    private(set) var counts = [UInt64](repeating: 0, count: boundsMicroseconds.count + 1)
    /// All of them together, in ns.
    private(set) var sumNs: UInt64 = 0
    /// How many there were.
    private(set) var count: UInt64 = 0

    /// Counts one, of `nanoseconds`.
    mutating func add(_ nanoseconds: UInt64) {
        var bucket = 0
        while bucket < Self.boundsMicroseconds.count,
            nanoseconds > Self.boundsMicroseconds[bucket] * 1000
        { bucket += 1 }
        counts[bucket] += 1
        sumNs &+= nanoseconds
        count += 1
    }
}
