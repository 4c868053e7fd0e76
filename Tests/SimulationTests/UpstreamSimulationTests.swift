// Everything at once, over hours, as it runs in the product.

import Testing

struct UpstreamSimulationTests {
    @Test(arguments: [1, 2, 5, 16])
    func hoursOfOutagesBreakNoRule(backendCount: Int) {
        var scenario = Scenario()
        scenario.backendCount = backendCount
        scenario.unsteadyCount = backendCount
        var upstream = SimulatedUpstream(scenario)
        upstream.run(forMs: 3_600_000)
        let record = upstream.record
        #expect(record.violations.isEmpty, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(record.sessions > 10_000, "SLUICE_SEED=\(upstream.random.seed)")
        #expect(record.detections > 0, "SLUICE_SEED=\(upstream.random.seed)")
    }

    @Test func theSameSeedGivesTheSameRun() {
        var first = SimulatedUpstream(Scenario(), seed: 7)
        var second = SimulatedUpstream(Scenario(), seed: 7)
        first.run(forMs: 600_000)
        second.run(forMs: 600_000)
        #expect(first.record.attempts == second.record.attempts)
        #expect(first.record.failedSessions == second.record.failedSessions)
        #expect(first.random.next() == second.random.next())
    }
}
