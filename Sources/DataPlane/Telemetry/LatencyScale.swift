// Where a duration goes in a histogram. Log-linear in decimal steps, after HdrHistogram and the
// preferred numbers 1, 2, 5, so that the bounds people like in seconds are edges of buckets.

/// The buckets of all latency histograms: whole microseconds up to an hour and beyond.
///
/// One bucket a microsecond below 50, one for 5 of them below 100. From there each decade has 10
/// buckets from 1 to 2, 12 from 2 to 5 and 10 from 5 to 10. No value is more than 6 % away from
/// what its bucket stands for.
public enum LatencyScale {
    /// How many buckets there are.
    public static var bucketCount: Int { 301 }

    /// Durations from here on, which is 58 minutes, share the last bucket.
    public static var lastLowerBound: UInt64 { 3_500_000_000 }

    /// The first bucket that is not a microsecond wide, and the first of the decades.
    private static var fivesStart: Int { 50 }
    private static var decadesStart: Int { 60 }
    private static var decadeBuckets: Int { 32 }

    /// The bucket of a duration. Some forty instructions.
    public static func bucket(ofMicroseconds duration: UInt64) -> Int {
        guard duration >= 100 else {
            return duration < 50 ? Int(duration) : fivesStart + Int((duration - 50) / 5)
        }
        guard duration < lastLowerBound else { return bucketCount - 1 }
        let value = UInt32(truncatingIfNeeded: duration)
        var first = decadesStart
        // A tenth of the decade's start: the value is 10 to 99 of it.
        var step: UInt32 = 10
        while value / 100 >= step {
            step *= 10
            first += decadeBuckets
        }
        let lead = Int(value / step)
        if lead < 20 { return first + lead - 10 }
        if lead < 50 { return first + 10 + Int((value - 20 * step) / (step / 2 * 5)) }
        return first + 22 + (lead - 50) / 5
    }

    /// The shortest duration of a bucket, in microseconds. That of the bucket after the last is
    /// the last's own end as far as anybody needs one: an hour.
    public static func lowerBound(ofBucket bucket: Int) -> UInt64 {
        precondition(bucket >= 0 && bucket <= bucketCount)
        guard bucket < bucketCount else { return 3_600_000_000 }
        guard bucket >= decadesStart else {
            return UInt64(bucket < fivesStart ? bucket : 50 + (bucket - fivesStart) * 5)
        }
        var step: UInt64 = 10
        for _ in 0..<(bucket - decadesStart) / decadeBuckets { step *= 10 }
        let place = UInt64((bucket - decadesStart) % decadeBuckets)
        if place < 10 { return (10 + place) * step }
        if place < 22 { return 20 * step + (place - 10) * (step / 2 * 5) }
        return (50 + (place - 22) * 5) * step
    }

    /// What a bucket stands for, in microseconds: the value that is as far, in proportion, from
    /// either end of it.
    public static func representative(ofBucket bucket: Int) -> UInt64 {
        let low = lowerBound(ofBucket: bucket)
        let high = lowerBound(ofBucket: bucket + 1)
        guard high - low > 1 else { return low }
        return low + low * (high - low) / (low + high)
    }
}
