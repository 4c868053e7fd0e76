// The budget's arithmetic: what pays, what takes, the cap, and clocks that lag or wrap.

import Health
import Testing

struct RetryBudgetTests {
    /// How many retries can be made at once.
    private func drained(_ budget: RetryBudget, perSecond: UInt32 = 0, nowMs: UInt64) -> Int {
        var (budget, count) = (budget, 0)
        while count < 1000, let next = budget.withdrawn(perSecond: perSecond, nowMs: nowMs) {
            budget = next
            count += 1
        }
        return count
    }

    @Test func itStartsWithTenSecondsWorth() {
        #expect(RetryBudget(perSecond: 3, nowMs: 777).retries == 30)
        #expect(drained(RetryBudget(perSecond: 3, nowMs: 777), perSecond: 3, nowMs: 777) == 30)
        #expect(RetryBudget(perSecond: 0, nowMs: 777).withdrawn(perSecond: 0, nowMs: 777) == nil)
    }

    @Test func sessionsPayTheirPercentage() {
        var budget = RetryBudget(perSecond: 0, nowMs: 0)
        for _ in 0..<4 { budget = budget.deposited(percent: 20, perSecond: 0, nowMs: 0) }
        #expect(budget.withdrawn(perSecond: 0, nowMs: 0) == nil)
        budget = budget.deposited(percent: 20, perSecond: 0, nowMs: 0)
        #expect(drained(budget, nowMs: 0) == 1)
        for _ in 0..<45 { budget = budget.deposited(percent: 20, perSecond: 0, nowMs: 0) }
        #expect(drained(budget, nowMs: 0) == 10)
    }

    @Test func timePaysToTheMillisecond() {
        let budget = RetryBudget(perSecond: 0, nowMs: 1000)
        #expect(budget.withdrawn(perSecond: 3, nowMs: 1333) == nil)
        #expect(budget.withdrawn(perSecond: 3, nowMs: 1334) != nil)
        var asked = budget
        for nowMs in UInt64(1001)...2000 {
            asked = asked.deposited(percent: 0, perSecond: 3, nowMs: nowMs)
        }
        #expect(asked.retries == 3, "asking often loses nothing")
        #expect(asked == budget.deposited(percent: 0, perSecond: 3, nowMs: 2000))
    }

    @Test func aRetryKeepsTheTimeThatPaidForIt() {
        let budget = RetryBudget(perSecond: 0, nowMs: 1000)
        #expect(drained(budget, perSecond: 3, nowMs: 2000) == 3, "the second pays once")
    }

    @Test func aRetryThatIsNotMadeCostsNothing() {
        let budget = RetryBudget(word: 999 << 32)
        #expect(budget.withdrawn(perSecond: 0, nowMs: 0) == nil)
        #expect(RetryBudget(word: 1000 << 32).withdrawn(perSecond: 0, nowMs: 0)?.word == 0)
    }

    @Test func theWordIsAllOfIt() {
        let budget = RetryBudget(perSecond: 5, nowMs: 123_456)
            .deposited(percent: 20, perSecond: 5, nowMs: 123_999)
        #expect(RetryBudget(word: budget.word) == budget)
        #expect(budget.word == UInt64(50_000 + 543 * 5 + 200) << 32 | 123_999)
    }

    @Test(
        arguments: [(0, 100), (3, 100), (10, 100), (11, 110), (1000, 10_000)] as [(UInt32, UInt32)])
    func theCapIsAHundredOrTenSecondsWorth(perSecond: UInt32, cap: UInt32) {
        let full = RetryBudget(perSecond: perSecond, nowMs: 0)
            .deposited(percent: 20, perSecond: perSecond, nowMs: 3_600_000)
        var paid = full
        for _ in 0..<1000 {
            paid = paid.deposited(percent: 100, perSecond: perSecond, nowMs: 3_600_000)
        }
        #expect(paid.retries == cap)
        #expect(paid.withdrawn(perSecond: perSecond, nowMs: 3_600_000)?.retries == cap - 1)
    }

    @Test func aLowerCapCutsWhatWasSaved() {
        let rich = RetryBudget(perSecond: 1000, nowMs: 0)
        #expect(rich.deposited(percent: 0, perSecond: 3, nowMs: 0).retries == 100)
        #expect(rich.withdrawn(perSecond: 3, nowMs: 0)?.retries == 99)
    }

    @Test func aClockThatLagsPaysNothingAndTakesNothingBack() {
        let budget = RetryBudget(perSecond: 3, nowMs: 5000)
        let lagging = budget.deposited(percent: 0, perSecond: 3, nowMs: 4000)
        #expect(lagging == budget)
        #expect(
            lagging.deposited(percent: 0, perSecond: 3, nowMs: 5001).word
                == UInt64(30_003) << 32 | 5001)
        let retried = budget.withdrawn(perSecond: 3, nowMs: 0)
        #expect(retried?.word == UInt64(29_000) << 32 | 5000)
    }

    @Test func theClockWrapsInItsBits() {
        let wrap: UInt64 = 1 << 32
        let budget = RetryBudget(perSecond: 0, nowMs: wrap - 500)
        let later = budget.deposited(percent: 0, perSecond: 2, nowMs: wrap + 500)
        #expect(later.word == UInt64(2000) << 32 | 500)
        #expect(later.deposited(percent: 0, perSecond: 2, nowMs: wrap - 1) == later)
    }

    @Test func longSilenceFillsItAndAtWorstDelaysIt() {
        let day: UInt64 = 86_400_000
        let empty = RetryBudget(perSecond: 0, nowMs: 0)
        for days in [1, 20, 30, 49, 60, 400] as [UInt64] {
            let budget = empty.deposited(percent: 0, perSecond: 3, nowMs: days * day)
            #expect(budget.retries == 100, "\(days)")
        }
        // Just before the wrap a late clock looks like one that lags, for 70 minutes.
        let wrap: UInt64 = 1 << 32
        let budget = empty.deposited(percent: 100, perSecond: 3, nowMs: wrap - 1000)
        #expect(budget.retries == 1)
        #expect(budget.deposited(percent: 0, perSecond: 3, nowMs: wrap + 10_000).retries == 31)
    }

    @Test func theEndsOfTheNumbersAreHarmless() {
        var budget = RetryBudget(perSecond: .max, nowMs: .max)
        #expect(budget.word == .max)
        budget = budget.deposited(percent: .max, perSecond: .max, nowMs: (1 << 31) - 1)
        #expect(budget.retries == UInt32.max / 1000)
        #expect(
            RetryBudget(word: .max).deposited(percent: .max, perSecond: 0, nowMs: 0).retries
                == 100)
        #expect(
            RetryBudget(word: 0).deposited(percent: 0, perSecond: .max, nowMs: 1 << 31)
                .retries == UInt32.max / 1000)
    }
}
