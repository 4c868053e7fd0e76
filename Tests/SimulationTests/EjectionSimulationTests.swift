// Ejection under load: who is out, for how long, and that somebody always stays.

import Health
import Testing

struct EjectionSimulationTests {
    /// Long outages without probes, so that all that is seen is seen by traffic.
    private func scenario(backendCount: Int, maxPercent: Int) -> Scenario {
        var scenario = Scenario()
        scenario.backendCount = backendCount
        scenario.unsteadyCount = backendCount
        scenario.isProbed = false
        scenario.outageMs = 400_000
        scenario.steadyMs = 400_000
        scenario.sessionsPerSecond = 10
        scenario.ejection = EjectionPolicy(
            failuresMax: 5, baseMs: 10_000, maxMs: 150_000, maxPercent: maxPercent)
        return scenario
    }

    @Test(arguments: [(1, 50), (2, 100), (3, 10), (8, 50), (8, 100), (12, 34)])
    func neverMoreThanThePercentageAreOutAndNeverTheLast(backendCount: Int, maxPercent: Int) {
        var scenario = scenario(backendCount: backendCount, maxPercent: maxPercent)
        // Most are out most of the time, so that more are due than may go.
        scenario.outageMs = 200_000
        scenario.steadyMs = 100_000
        var upstream = SimulatedUpstream(scenario)
        upstream.run(forMs: 1_800_000)
        let record = upstream.record
        #expect(record.violations.isEmpty, "SLUICE_SEED=\(upstream.random.seed)")
        // The bound is reached, or this would prove nothing.
        let bound = min(max(backendCount * maxPercent / 100, 1), backendCount - 1)
        #expect(record.ejectedMax <= bound, "SLUICE_SEED=\(upstream.random.seed)")
        if bound <= 4 {
            #expect(record.ejectedMax == bound, "SLUICE_SEED=\(upstream.random.seed)")
        }
    }

    @Test func ejectionsDoubleUntilTheBackendHasServedForLong() {
        var upstream = SimulatedUpstream(scenario(backendCount: 8, maxPercent: 50))
        upstream.run(forMs: 2 * 3_600_000)
        let seed = upstream.random.seed
        var (doubled, capped, forgotten) = (0, 0, 0)
        for backend in upstream.backends.indices {
            let ejections = upstream.record.ejections.filter {
                $0.backend == backend && $0.endMs != .max
            }
            // By the durations alone, without asking the policy.
            var expectedMs: UInt64 = 10_000
            for (index, ejection) in ejections.enumerated() {
                if index > 0 {
                    let last = ejections[index - 1]
                    if ejection.startMs - last.endMs >= 150_000 {
                        expectedMs = 10_000
                        forgotten += 1
                    } else {
                        expectedMs = min(2 * (last.endMs - last.startMs), 150_000)
                        if expectedMs < 150_000 { doubled += 1 } else { capped += 1 }
                    }
                }
                let lengthMs = ejection.endMs - ejection.startMs
                #expect(lengthMs == expectedMs, "backend \(backend) SLUICE_SEED=\(seed)")
            }
        }
        #expect(doubled > 20 && capped > 20 && forgotten > 5, "SLUICE_SEED=\(seed)")
    }

    @Test func ejectionKeepsMostSessionsFromBackendsThatAreOut() {
        var scenario = scenario(backendCount: 8, maxPercent: 50)
        scenario.unsteadyCount = 4
        scenario.retriesMax = 0
        var ejecting = SimulatedUpstream(scenario)
        ejecting.run(forMs: 3_600_000)
        scenario.ejection = .off
        var without = SimulatedUpstream(scenario)
        without.run(forMs: 3_600_000)
        #expect(
            ejecting.record.failedSessions * 3 < without.record.failedSessions,
            "SLUICE_SEED=\(ejecting.random.seed) and \(without.random.seed)")
    }
}
