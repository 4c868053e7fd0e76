// The reader's side of a latency histogram: a copy of its buckets, and what can be said of them.
// For the control thread; it allocates, and no worker makes one.

/// How many durations fell where, at the time of reading. Readings of several histograms add up
/// exactly.
public struct LatencyReading: Equatable, Sendable {
    /// Durations by bucket of `LatencyScale`.
    public private(set) var counts: [UInt64]
    /// How many durations there are.
    public private(set) var count: UInt64 = 0
    /// Their sum in microseconds.
    public private(set) var sumMicroseconds: UInt64 = 0

    /// Upper bounds in microseconds, from 0.1 ms to a minute, for formats that have a fixed set of
    /// them. Each is the edge of a bucket, so that counts up to it are exact.
    public static var bounds: [UInt64] {
        [
            100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
            1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
        ]
    }

    /// Nothing yet.
    public init() { counts = [UInt64](repeating: 0, count: LatencyScale.bucketCount) }

    /// Adds what a writer recorded.
    public mutating func add(_ row: LatencyRow) {
        for bucket in 0..<LatencyScale.bucketCount {
            let value = row.count(ofBucket: bucket)
            counts[bucket] &+= value
            count &+= value
        }
        sumMicroseconds &+= row.sumMicroseconds
    }

    /// Adds another reading.
    public mutating func add(_ other: LatencyReading) {
        for bucket in 0..<LatencyScale.bucketCount { counts[bucket] &+= other.counts[bucket] }
        count &+= other.count
        sumMicroseconds &+= other.sumMicroseconds
    }

    /// What came after an earlier reading of the same histograms.
    public func since(_ earlier: LatencyReading) -> LatencyReading {
        var difference = self
        for bucket in 0..<LatencyScale.bucketCount {
            difference.counts[bucket] &-= earlier.counts[bucket]
        }
        difference.count &-= earlier.count
        difference.sumMicroseconds &-= earlier.sumMicroseconds
        return difference
    }

    /// The duration in microseconds that a share of all durations does not exceed, within the 6 %
    /// of a bucket; nil when there are none. `share` is 0.5 for the median, 0.999 for p99.9.
    public func quantile(_ share: Double) -> UInt64? {
        precondition(share >= 0 && share <= 1)
        guard count > 0 else { return nil }
        let rank = min(count, max(1, UInt64((Double(count) * share).rounded(.up))))
        var passed: UInt64 = 0
        for bucket in 0..<LatencyScale.bucketCount {
            passed += counts[bucket]
            if passed >= rank { return LatencyScale.representative(ofBucket: bucket) }
        }
        preconditionFailure("the count is not that of the buckets")
    }

    /// For each of `bounds`, how many durations were shorter.
    ///
    /// A duration is cut to whole microseconds, so that one of exactly a bound counts as longer, as
    /// does all that is longer by less than a microsecond.
    public func cumulativeCounts() -> [UInt64] {
        var result: [UInt64] = []
        result.reserveCapacity(Self.bounds.count)
        var passed: UInt64 = 0
        var bucket = 0
        for bound in Self.bounds {
            let end = LatencyScale.bucket(ofMicroseconds: bound)
            while bucket < end {
                passed += counts[bucket]
                bucket += 1
            }
            result.append(passed)
        }
        return result
    }
}
