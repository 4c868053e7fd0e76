// A recovering backend's share of the picks, seen over many recoveries.

import Health
import Testing

struct SlowStartSimulationTests {
    @Test func theShareOfPicksGrowsInProportion() {
        var scenario = Scenario()
        scenario.unsteadyCount = 0
        scenario.isProbed = false
        var upstream = SimulatedUpstream(scenario)
        let seed = upstream.random.seed
        let partCount = 5
        let partMs = scenario.slowStartMs / UInt64(partCount)
        // One part more: after the ramp all is as ever.
        var picks = Array(repeating: 0, count: partCount + 1)
        for _ in 0..<15 {
            let startMs = upstream.clock.nowMs
            upstream.backends[0].rampFromMs = startMs
            for elapsedMs in stride(from: 0, to: partMs * UInt64(partCount + 1), by: 10) {
                upstream.clock.advance(to: startMs + elapsedMs)
                if upstream.pick(except: []) == 0 { picks[Int(elapsedMs / partMs)] += 1 }
            }
        }
        let drawCount = 15 * Double(partMs / 10)
        for part in picks.indices {
            // Half-way through the part; what it refuses goes to the others.
            let ramp = min(0.1 + 0.9 * (Double(part) + 0.5) / Double(partCount), 1)
            let chance = ramp / Double(scenario.backendCount)
            let deviation = (drawCount * chance * (1 - chance)).squareRoot()
            #expect(
                abs(Double(picks[part]) - drawCount * chance) < 6 * deviation,
                "part \(part): \(picks[part]) of \(drawCount) SLUICE_SEED=\(seed)")
        }
        #expect(picks[0] * 3 < picks[partCount], "\(picks) SLUICE_SEED=\(seed)")
    }

    @Test func nobodyIsRefusedForASlowStart() {
        var scenario = Scenario()
        scenario.unsteadyCount = 0
        scenario.isProbed = false
        var upstream = SimulatedUpstream(scenario)
        for index in upstream.backends.indices {
            upstream.backends[index].rampFromMs = upstream.clock.nowMs
        }
        for _ in 0..<500 {
            #expect(upstream.pick(except: []) != nil, "SLUICE_SEED=\(upstream.random.seed)")
        }
    }
}
