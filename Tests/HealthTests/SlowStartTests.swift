// The ramp at its ends, along its line, and as draws.

import Health
import Support
import Testing

struct SlowStartTests {
    private let all = 4_294_967_296.0

    @Test func itBeginsAtATenthAndEndsAtAll() {
        #expect(SlowStart.share(elapsedMs: 0, durationMs: 10_000) == SlowStart.shareMin)
        #expect(abs(Double(SlowStart.shareMin) / all - 0.1) < 1e-9)
        #expect(SlowStart.share(elapsedMs: 9_999, durationMs: 10_000) < .max)
        #expect(SlowStart.share(elapsedMs: 10_000, durationMs: 10_000) == .max)
        #expect(SlowStart.share(elapsedMs: .max, durationMs: 10_000) == .max)
    }

    @Test func aDurationOfZeroIsOff() {
        #expect(SlowStart.share(elapsedMs: 0, durationMs: 0) == .max)
        #expect(SlowStart.admits(draw: .max, elapsedMs: 0, durationMs: 0))
    }

    @Test func itGrowsInAStraightLine() {
        var random = SeededGenerator()
        for _ in 0..<500 {
            let duration = max(random.next() >> UInt64.random(in: 0...63, using: &random), 1)
            let elapsed = random.next() % duration
            let share = SlowStart.share(elapsedMs: elapsed, durationMs: duration)
            let expected = 0.1 + 0.9 * Double(elapsed) / Double(duration)
            #expect(
                abs(Double(share) / all - expected) < 1e-8,
                "\(elapsed) of \(duration) SLUICE_SEED=\(random.seed)")
        }
    }

    @Test func itNeverShrinks() {
        let shares = (UInt64(0)...1000).map { SlowStart.share(elapsedMs: $0, durationMs: 997) }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func itAdmitsDrawsBelowTheShareAndAfterTheRampAll() {
        let half = SlowStart.share(elapsedMs: 500, durationMs: 1000)
        #expect(SlowStart.admits(draw: 0, elapsedMs: 0, durationMs: 1000))
        #expect(SlowStart.admits(draw: half - 1, elapsedMs: 500, durationMs: 1000))
        #expect(!SlowStart.admits(draw: half, elapsedMs: 500, durationMs: 1000))
        #expect(!SlowStart.admits(draw: .max, elapsedMs: 999, durationMs: 1000))
        #expect(SlowStart.admits(draw: .max, elapsedMs: 1000, durationMs: 1000))
    }
}
