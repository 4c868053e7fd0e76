// Histograms: what goes in comes out within a bucket's width, whoever recorded it.

import Support
import Telemetry
import Testing

@Suite("Latency histograms")
struct LatencyHistogramTests {
    /// Durations spread evenly over the powers of ten, as latencies are.
    private func duration(_ random: inout SeededGenerator) -> UInt64 {
        let bits = Int.random(in: 0..<33, using: &random)
        return UInt64.random(in: 0...(1 << UInt64(bits)), using: &random)
    }

    @Test("rows of a histogram share no cache line", arguments: [1, 2, 5])
    func lines(rowCount: Int) {
        let histogram = LatencyHistogram(rowCount: rowCount)
        defer { histogram.deallocate() }
        var lines: Set<UInt> = []
        for index in 0..<rowCount {
            // The row's only stored property is the address of its first cell.
            let first = unsafeBitCast(histogram.row(index), to: UInt.self)
            let byteCount = UInt(LatencyScale.bucketCount + 1) * 8
            #expect(first % 64 == 0)
            for line in first / 64...(first + byteCount - 1) / 64 {
                #expect(lines.insert(line).inserted, "row \(index) shares a line")
            }
        }
    }

    @Test("an empty histogram has no quantile and counts nothing")
    func empty() {
        let histogram = LatencyHistogram(rowCount: 3)
        defer { histogram.deallocate() }
        let reading = histogram.read()
        #expect(reading == LatencyReading())
        #expect(reading.quantile(0.5) == nil && reading.count == 0)
        #expect(reading.cumulativeCounts().allSatisfy { $0 == 0 })
    }

    @Test("quantiles are those of the sorted values within 6 %, over all rows")
    func quantiles() {
        var random = SeededGenerator()
        let histogram = LatencyHistogram(rowCount: 3)
        defer { histogram.deallocate() }
        var values: [UInt64] = []
        for _ in 0..<20_000 {
            let value = min(duration(&random), 3_600_000_000)
            values.append(value)
            histogram.row(Int.random(in: 0..<3, using: &random)).record(microseconds: value)
        }
        values.sort()
        let reading = histogram.read()
        #expect(reading.count == UInt64(values.count))
        #expect(reading.sumMicroseconds == values.reduce(0, +))
        for share in [0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let exact = Double(values[max(0, Int((Double(values.count) * share).rounded(.up)) - 1)])
            let shown = Double(reading.quantile(share) ?? 0)
            #expect(
                abs(shown - exact) <= max(1, exact) * 0.06,
                "\(share): \(shown) for \(exact), seed \(random.seed)")
        }
    }

    @Test("counts below the bounds of the fixed set are exact")
    func cumulative() {
        var random = SeededGenerator()
        let histogram = LatencyHistogram(rowCount: 2)
        defer { histogram.deallocate() }
        var values = LatencyReading.bounds.flatMap { [$0 - 1, $0, $0 + 1] }
        for _ in 0..<5000 { values.append(duration(&random)) }
        for (index, value) in values.enumerated() {
            histogram.row(index % 2).record(microseconds: value)
        }
        let expected = LatencyReading.bounds.map { bound in
            UInt64(values.count { $0 < bound })
        }
        #expect(histogram.read().cumulativeCounts() == expected, "seed \(random.seed)")
    }

    @Test("readings add up to what one histogram of all values says, and can be taken apart again")
    func merging() {
        var random = SeededGenerator()
        let parts = [LatencyHistogram(rowCount: 1), LatencyHistogram(rowCount: 4)]
        let whole = LatencyHistogram(rowCount: 1)
        defer { for histogram in parts + [whole] { histogram.deallocate() } }
        func recordSome() {
            for _ in 0..<1000 {
                let value = duration(&random)
                let part = parts.randomElement(using: &random)!
                part.row(Int.random(in: 0..<Int(part.rowCount), using: &random))
                    .record(microseconds: value)
                whole.row(0).record(microseconds: value)
            }
        }
        func sum() -> LatencyReading {
            var reading = parts[0].read()
            reading.add(parts[1].read())
            return reading
        }
        recordSome()
        let earlier = sum()
        #expect(earlier == whole.read(), "seed \(random.seed)")
        recordSome()
        #expect(sum() == whole.read(), "seed \(random.seed)")
        var again = sum().since(earlier)
        #expect(again.count == 1000, "seed \(random.seed)")
        again.add(earlier)
        #expect(again == sum(), "seed \(random.seed)")
    }

    @Test("a reader sees another thread's recordings only grow, and agrees with itself")
    func otherThread() {
        let histogram = LatencyHistogram(rowCount: 2)
        ThreadOfTest.start {
            for value in 0..<100_000 { histogram.row(1).record(microseconds: UInt64(value)) }
        }
        var last = LatencyReading()
        let isDone = eventually {
            let reading = histogram.read()
            let isGrown = zip(reading.counts, last.counts).allSatisfy { $0 >= $1 }
            if !isGrown || reading.counts.reduce(0, +) != reading.count {
                Issue.record("counts went back or do not add up")
            }
            last = reading
            return reading.count == 100_000 && reading.sumMicroseconds == 99_999 * 50_000
        }
        #expect(isDone, "stopped at \(last.count)")
        histogram.deallocate()
    }

    @Test("a row that does not exist traps")
    func rowOutOfRange() async {
        await #expect(processExitsWith: .failure) {
            _ = LatencyHistogram(rowCount: 2).row(2)
        }
    }
}
