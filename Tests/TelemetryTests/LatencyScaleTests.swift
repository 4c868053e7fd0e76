// The buckets of latency histograms: no gap, no overlap, and edges where people expect them.

import Support
import Telemetry
import Testing

@Suite("The scale of latencies")
struct LatencyScaleTests {
    @Test("each bucket begins where the one before it ends")
    func edges() {
        #expect(LatencyScale.lowerBound(ofBucket: 0) == 0)
        for bucket in 0..<LatencyScale.bucketCount {
            let low = LatencyScale.lowerBound(ofBucket: bucket)
            let next = LatencyScale.lowerBound(ofBucket: bucket + 1)
            #expect(low < next, "bucket \(bucket)")
            #expect(LatencyScale.bucket(ofMicroseconds: low) == bucket)
            if bucket > 0 {
                #expect(LatencyScale.bucket(ofMicroseconds: low - 1) == bucket - 1, "\(low)")
            }
        }
        let last = LatencyScale.bucketCount - 1
        #expect(LatencyScale.lowerBound(ofBucket: last) == LatencyScale.lastLowerBound)
        for long: UInt64 in [3_599_999_999, 3_600_000_000, 1 << 32, (1 << 32) + 5, .max] {
            #expect(LatencyScale.bucket(ofMicroseconds: long) == last, "\(long)")
        }
    }

    @Test("what a bucket stands for is within 6 % of all its values, up to an hour")
    func error() {
        var random = SeededGenerator()
        for bucket in 0..<LatencyScale.bucketCount {
            let low = LatencyScale.lowerBound(ofBucket: bucket)
            let high = LatencyScale.lowerBound(ofBucket: bucket + 1)
            for value in [low, high - 1, .random(in: low..<high, using: &random)] {
                let found = LatencyScale.bucket(ofMicroseconds: value)
                #expect(found == bucket, "\(value), seed \(random.seed)")
                let shown = Double(LatencyScale.representative(ofBucket: bucket))
                let error = abs(shown - Double(value)) / max(1, Double(value))
                #expect(error <= 0.06, "\(value) shows as \(shown)")
            }
        }
    }

    @Test("the bounds of the fixed set are edges, and grow")
    func bounds() {
        #expect(LatencyReading.bounds == LatencyReading.bounds.sorted())
        #expect(Set(LatencyReading.bounds).count == LatencyReading.bounds.count)
        for bound in LatencyReading.bounds {
            let bucket = LatencyScale.bucket(ofMicroseconds: bound)
            #expect(LatencyScale.lowerBound(ofBucket: bucket) == bound)
        }
    }
}
