// The writer's side of a latency histogram: one thread records, any thread reads.

/// The durations that one worker recorded. Copies are the same row; a `LatencyHistogram` owns it.
@safe public struct LatencyRow: BitwiseCopyable, Sendable {
    /// One cell a bucket, then the sum.
    private let cells: CounterRow

    init(_ cells: CounterRow) { self.cells = cells }

    /// How many cells a row has.
    static var cellCount: Int { LatencyScale.bucketCount + 1 }

    /// Records a duration. Only the row's thread may: two loads and two stores, no lock.
    public func record(microseconds duration: UInt64) {
        cells.add(LatencyScale.bucket(ofMicroseconds: duration))
        cells.add(LatencyScale.bucketCount, duration)
    }

    /// How many durations a bucket has, from any thread.
    public func count(ofBucket bucket: Int) -> UInt64 {
        assert(bucket >= 0 && bucket < LatencyScale.bucketCount)
        return cells.value(bucket)
    }

    /// The sum of all durations in microseconds, from any thread.
    public var sumMicroseconds: UInt64 { cells.value(LatencyScale.bucketCount) }
}
