// The backoff against a clock that the test moves by hand.

import Health
import Testing

struct FailureBackoffTests {
    @Test func delaysDoubleUpToTheMaximum() {
        let delays = (0...9).map { FailureBackoff.delayMs(consecutiveFailures: $0) }
        #expect(
            delays == [0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
        #expect(FailureBackoff.delayMs(consecutiveFailures: .max) == 30_000)
    }

    @Test func aFailedBackendRestsUntilItsTime() {
        var nowMs: UInt64 = 10_000
        var backoff = FailureBackoff()
        #expect(backoff.isUsable(nowMs: nowMs))
        #expect(!backoff.isTrial(nowMs: nowMs))
        backoff.fail(nowMs: nowMs)
        #expect(backoff.retryAtMs == 10_500)
        #expect(!backoff.isUsable(nowMs: nowMs))
        nowMs = 10_499
        #expect(!backoff.isUsable(nowMs: nowMs))
        nowMs = 10_500
        #expect(backoff.isUsable(nowMs: nowMs))
        #expect(backoff.isTrial(nowMs: nowMs))
    }

    @Test func aFailedTrialDoublesAndASuccessForgets() {
        var backoff = FailureBackoff()
        backoff.fail(nowMs: 0)
        backoff.fail(nowMs: 500)
        #expect(backoff.retryAtMs == 1500)
        #expect(backoff.consecutiveFailures == 2)
        backoff.succeed()
        #expect(backoff == FailureBackoff())
        #expect(backoff.isUsable(nowMs: 500))
        backoff.fail(nowMs: 600)
        #expect(backoff.retryAtMs == 1100)
    }

    @Test func countersAndClocksSaturate() {
        var backoff = FailureBackoff(consecutiveFailures: .max, retryAtMs: 1)
        backoff.fail(nowMs: .max - 1)
        #expect(backoff.consecutiveFailures == .max)
        #expect(backoff.retryAtMs == .max)
    }

    @Test func jitterStaysWithinATenthAndSpreads() {
        for failures in UInt32(1)...8 {
            let delay = FailureBackoff.delayMs(consecutiveFailures: failures)
            let jittered = (0..<500).map {
                FailureBackoff.delayMs(consecutiveFailures: failures, seed: UInt64($0))
            }
            let (low, high) = (jittered.min() ?? 0, jittered.max() ?? 0)
            #expect(low >= delay - delay / 10 && high <= delay + delay / 10)
            #expect(low < delay - delay / 12 && high > delay + delay / 12)
            let mean = jittered.reduce(0, +) / 500
            #expect(mean > delay - delay / 50 && mean < delay + delay / 50)
        }
    }

    @Test func theSameSeedGivesEveryWorkerTheSameDelay() {
        var (one, other) = (FailureBackoff(), FailureBackoff())
        one.fail(nowMs: 7, seed: 42)
        other.fail(nowMs: 7, seed: 42)
        #expect(one == other)
        #expect(FailureBackoff.delayMs(consecutiveFailures: 0, seed: 42) == 0)
    }
}
