// Retries in bad times: bounded over each window, on clocks that lag and wrap.

import Health
import Support
import Testing

struct RetryBudgetSimulationTests {
    /// Ten good minutes, then ten in which all backends are out and nothing finds out.
    private func outage(percent: UInt32, perSecond: UInt32) -> SimulatedUpstream {
        var scenario = Scenario()
        scenario.isProbed = false
        scenario.ejection = .off
        scenario.unsteadyCount = 0
        scenario.sessionsPerSecond = 20
        scenario.budgetPercent = percent
        scenario.budgetPerSecond = perSecond
        var upstream = SimulatedUpstream(scenario)
        upstream.run(forMs: 600_000)
        for index in upstream.backends.indices { upstream.backends[index].isOut = true }
        upstream.run(forMs: 600_000)
        return upstream
    }

    @Test(arguments: [(20, 3), (0, 0), (10, 0), (0, 3), (50, 12)] as [(UInt32, UInt32)])
    func anOutageDoesNotMultiplyLoad(percent: UInt32, perSecond: UInt32) {
        let upstream = outage(percent: percent, perSecond: perSecond)
        let record = upstream.record
        #expect(record.violations.isEmpty, "SLUICE_SEED=\(upstream.random.seed)")
        // Without a budget each failed session would have made two retries. The last term is the
        // cap: what the good minutes could save.
        let failed = Double(record.failedSessions)
        let most = failed * Double(percent) / 100 + 600 * Double(perSecond) + 120
        #expect(Double(record.retries) <= most, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(record.attempts == record.sessions + record.retries)
    }

    @Test func aBudgetIsSpentToTheEnd() {
        let upstream = outage(percent: 20, perSecond: 3)
        let earned = Double(upstream.record.failedSessions) * 0.2 + 600 * 3
        #expect(
            Double(upstream.record.retries) > 0.95 * earned,
            "SLUICE_SEED=\(upstream.random.seed)")
    }

    @Test func outagesOfSomeBackendsAreBoundedInEveryWindowToo() {
        var scenario = Scenario()
        scenario.outageMs = 30_000
        scenario.steadyMs = 30_000
        scenario.sessionsPerSecond = 20
        scenario.budgetPercent = 5
        scenario.budgetPerSecond = 1
        var upstream = SimulatedUpstream(scenario)
        upstream.run(forMs: 1_800_000)
        #expect(upstream.record.violations.isEmpty, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(upstream.record.retries > 100, "SLUICE_SEED=\(upstream.random.seed)")
    }

    /// Four workers with clocks of their own share the word, which passes the end of its time's
    /// bits on the way.
    @Test(arguments: [0, 50, 5000] as [UInt64])
    func workersWithLaggingClocksKeepTheBound(lagMs: UInt64) {
        var random = SeededGenerator()
        var scenario = Scenario()
        scenario.budgetPerSecond = 7
        let startMs: UInt64 = (1 << 32) - 100_000
        var clock = ManualClock(nowMs: startMs)
        var bound = RetryBound(scenario, startMs: startMs)
        var record = SimulationRecord()
        var word = RetryBudget(perSecond: 7, nowMs: startMs).word
        for _ in 0..<20_000 {
            clock.advance(to: clock.nowMs + UInt64.random(in: 0...20, using: &random))
            let nowMs = clock.nowMs - UInt64.random(in: 0...lagMs, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                record.sessions += 1
                word =
                    RetryBudget(word: word)
                    .deposited(percent: 20, perSecond: 7, nowMs: nowMs).word
            } else if let rest = RetryBudget(word: word).withdrawn(perSecond: 7, nowMs: nowMs) {
                record.retries += 1
                word = rest.word
            }
            let holds = bound.holds(record, nowMs: clock.nowMs)
            #expect(holds, "SLUICE_SEED=\(random.seed)")
            if !holds { return }
        }
        // Nothing is lost either: lags only delay.
        let elapsedMs = Double(clock.nowMs - startMs)
        let earned = 0.2 * Double(record.sessions) + 7 * (elapsedMs - Double(lagMs)) / 1000
        #expect(Double(record.retries) > earned - 1, "SLUICE_SEED=\(random.seed)")
    }
}
