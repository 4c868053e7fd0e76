// How long, how many and for how long remembered, up to the ends of the numbers.

import Health
import Support
import Testing

struct EjectionPolicyTests {
    private let usual = EjectionPolicy(
        failuresMax: 5, baseMs: 10_000, maxMs: 300_000, maxPercent: 50)

    @Test func enoughFailuresInARowEject() {
        #expect(
            (0...6).map { usual.isDue(consecutiveFailures: $0) }
                == [false, false, false, false, false, true, true])
        #expect(usual.isDue(consecutiveFailures: .max))
    }

    @Test func zeroFailuresIsOff() {
        let off = EjectionPolicy(failuresMax: 0, baseMs: 1, maxMs: 1, maxPercent: 100)
        #expect(!off.isDue(consecutiveFailures: 0))
        #expect(!off.isDue(consecutiveFailures: .max))
    }

    @Test func durationsDoubleUpToTheMaximum() {
        #expect(
            (0...8).map { usual.durationMs(ejections: $0) } == [
                0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
            ])
        #expect(usual.durationMs(ejections: .max) == 300_000)
    }

    @Test func durationsNeverOverflowOrShrink() {
        var random = SeededGenerator()
        var bases: [UInt64] = [0, 1, 2, 3, 10_000, .max >> 1, .max - 1, .max]
        bases += (0..<50).map { _ in random.next() >> UInt64.random(in: 0...63, using: &random) }
        for base in bases {
            for maximum in [0, 1, base / 2, base, .max] as [UInt64] {
                let policy = EjectionPolicy(
                    failuresMax: 1, baseMs: base, maxMs: maximum, maxPercent: 1)
                var expected = min(base, maximum)
                for ejections in UInt32(1)...70 {
                    #expect(
                        policy.durationMs(ejections: ejections) == expected,
                        "\(base) \(maximum) \(ejections) SLUICE_SEED=\(random.seed)")
                    let (twice, overflow) = expected.multipliedReportingOverflow(by: 2)
                    expected = overflow ? maximum : min(twice, maximum)
                }
                #expect(policy.durationMs(ejections: .max) == expected)
            }
        }
    }

    @Test func aPercentageIsOutAtMost() {
        #expect(
            [0, 1, 2, 3, 4, 5, 10, 11].map { usual.ejectedMax(of: $0) }
                == [0, 0, 1, 1, 2, 2, 5, 5])
    }

    @Test func oneMayAlwaysBeOutButNeverAll() {
        for percent in [-5, 0, 1, 10, 33, 99, 100, 500, .min, .max] {
            let policy = EjectionPolicy(failuresMax: 5, baseMs: 1, maxMs: 1, maxPercent: percent)
            #expect(policy.ejectedMax(of: -1) == 0)
            #expect(policy.ejectedMax(of: 0) == 0)
            #expect(policy.ejectedMax(of: 1) == 0)
            for count in 2...250 {
                let part = min(max(percent, 0), 100) * count / 100
                #expect(policy.ejectedMax(of: count) == min(max(part, 1), count - 1))
            }
            #expect(policy.ejectedMax(of: .max) < .max)
            #expect(policy.ejectedMax(of: .max) > 0)
        }
    }

    @Test func serviceForTheMaximumForgets() {
        #expect(!usual.isForgotten(sinceReturnMs: 0, ejections: 1))
        #expect(!usual.isForgotten(sinceReturnMs: 299_999, ejections: 1))
        #expect(usual.isForgotten(sinceReturnMs: 300_000, ejections: 1))
        #expect(usual.isForgotten(sinceReturnMs: 300_000, ejections: .max))
        #expect(usual.isForgotten(sinceReturnMs: 0, ejections: 0))
    }
}
