// Probes find outages in time, whatever the outages are like.

import Testing

struct ProbeSimulationTests {
    /// An outage is known within `interval × fall + timeout` and its end within `interval × rise +
    /// timeout`, the interval being the longest that jitter makes of it.
    @Test(arguments: [
        // Interval, timeout, jitter, rise, fall.
        [5000, 2000, 0, 2, 3], [5000, 2000, 10, 2, 3], [1000, 1000, 0, 1, 1], [2000, 10, 10, 5, 1],
    ])
    func outagesAndTheirEndsAreKnownInTime(numbers: [Int]) {
        var scenario = Scenario()
        scenario.intervalMs = UInt64(numbers[0])
        scenario.timeoutMs = UInt64(numbers[1])
        scenario.jitterPercent = UInt64(numbers[2])
        scenario.rise = numbers[3]
        scenario.fall = numbers[4]
        // Half of the outages shorter than it takes to see them, and half of the rests.
        scenario.outageMs = scenario.detectionMs
        scenario.steadyMs = scenario.recoveryMs
        scenario.sessionsPerSecond = 1
        var upstream = SimulatedUpstream(scenario)
        upstream.run(forMs: 100 * (scenario.outageMs + scenario.steadyMs))
        let record = upstream.record
        #expect(record.violations.isEmpty, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(record.detections > 100, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(record.recoveries > 100, "SLUICE_SEED=\(upstream.random.seed)")
    }

    @Test func probesKeepMostSessionsFromBackendsThatAreOut() {
        var scenario = Scenario()
        // The others are always there: a session fails only where a backend that is out gets it.
        scenario.unsteadyCount = 4
        scenario.outageMs = 300_000
        scenario.steadyMs = 300_000
        scenario.retriesMax = 0
        scenario.ejection = .off
        var withProbes = SimulatedUpstream(scenario)
        withProbes.run(forMs: 3_600_000)
        scenario.isProbed = false
        var without = SimulatedUpstream(scenario)
        without.run(forMs: 3_600_000)
        // What is left is the time to find out: some seconds of the minutes.
        #expect(
            withProbes.record.failedSessions * 5 < without.record.failedSessions,
            "SLUICE_SEED=\(withProbes.random.seed) and \(without.random.seed)")
    }
}
