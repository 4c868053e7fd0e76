// Outliers found by hand, and compared with a plain calculation in another order.

import Health
import Support
import Testing

struct SuccessRateTests {
    private let usual = SuccessRate(
        minimumConnections: 100, minimumBackends: 5, deviations: 1.9)

    /// Tallies of `total` connections with so many failures each.
    private func tallies(failures: [UInt64], of total: UInt64) -> [SuccessRate.Tally] {
        failures.map { SuccessRate.Tally(successes: total - $0, failures: $0) }
    }

    @Test func theOneThatFailsMoreThanItsFellowsIsFound() {
        #expect(usual.outliers(in: tallies(failures: [1, 0, 40, 1, 2, 0], of: 100)) == [2])
        #expect(usual.outliers(in: tallies(failures: [0, 0, 0, 0, 100], of: 100)) == [4])
    }

    @Test func theOneThatFailsLessIsNone() {
        #expect(usual.outliers(in: tallies(failures: [40, 40, 0, 40, 40, 40], of: 100)) == [])
    }

    @Test func whatAllHaveAlikeEjectsNobody() {
        for failures in UInt64(0)...1000 {
            for deviations in [0, 0.5, 1.9] {
                let policy = SuccessRate(
                    minimumConnections: 100, minimumBackends: 1, deviations: deviations)
                let alike = tallies(
                    failures: Array(repeating: failures, count: 7), of: 1000)
                #expect(policy.outliers(in: alike) == [], "\(failures) \(deviations)")
            }
        }
    }

    @Test func fewBackendsHaveNoOutliers() {
        let four = tallies(failures: [0, 0, 0, 100], of: 100)
        #expect(usual.outliers(in: four) == [])
        #expect(usual.outliers(in: []) == [])
        let none = SuccessRate(minimumConnections: 0, minimumBackends: 0, deviations: 0)
        #expect(none.outliers(in: []) == [])
        #expect(none.outliers(in: tallies(failures: [7], of: 9)) == [])
    }

    @Test func backendsWithFewConnectionsAreNeitherFoundNorCounted() {
        var mixed = tallies(failures: [0, 0, 0, 60, 0], of: 100)
        #expect(usual.outliers(in: mixed) == [3])
        mixed[0] = SuccessRate.Tally(successes: 99, failures: 0)
        #expect(usual.outliers(in: mixed) == [], "four are too few")
        mixed.insert(SuccessRate.Tally(successes: 0, failures: 99), at: 0)
        mixed.append(SuccessRate.Tally(successes: 100, failures: 0))
        #expect(usual.outliers(in: mixed) == [4])
    }

    @Test func backendsWithoutConnectionsAreNeverFound() {
        let policy = SuccessRate(minimumConnections: 0, minimumBackends: 1, deviations: 0.1)
        var some = tallies(failures: [0, 0, 50], of: 100)
        some.insert(SuccessRate.Tally(successes: 0, failures: 0), at: 1)
        #expect(policy.outliers(in: some) == [3])
    }

    @Test func hugeCountsAreCountsLikeOthers() {
        let huge = SuccessRate.Tally(successes: .max, failures: .max)
        let good = SuccessRate.Tally(successes: .max, failures: 0)
        #expect(usual.outliers(in: [good, good, huge, good, good, good]) == [2])
    }

    @Test func severalThatFailAlikeHideOneAnother() {
        // As the documentation of the type says: √((n - 2) / 2) deviations for two among n.
        let failures: [UInt64] = [90, 90, 0, 0, 0, 0, 0, 0, 0]
        #expect(usual.outliers(in: tallies(failures: failures, of: 100)) == [])
        #expect(usual.outliers(in: tallies(failures: failures + [0], of: 100)) == [0, 1])
    }

    @Test func anyTalliesGiveWhatThePlainFormulaGives() {
        var random = SeededGenerator()
        for _ in 0..<100 {
            let count = Int.random(in: 1...20, using: &random)
            let failures = (0..<count).map { _ in
                UInt64.random(in: 0...1000, using: &random)
                    >> UInt64.random(in: 0...9, using: &random)
            }
            let policy = SuccessRate(
                minimumConnections: 1, minimumBackends: 1,
                deviations: Double.random(in: 0.5...2.5, using: &random))
            // The variance by the mean of squares, unlike the policy's own.
            let rates = failures.reversed().map { 1 - Double($0) / 1000 }
            let mean = rates.reduce(0, +) / Double(count)
            let square = rates.map { $0 * $0 }.reduce(0, +) / Double(count)
            let threshold =
                mean - policy.deviations * max(square - mean * mean, 0).squareRoot()
            // Rates this near to the threshold are left to rounding.
            if rates.contains(where: { abs($0 - threshold) < 1e-6 }) { continue }
            let expected = failures.indices.filter { 1 - Double(failures[$0]) / 1000 < threshold }
            #expect(
                policy.outliers(in: tallies(failures: failures, of: 1000)) == expected,
                "\(failures) SLUICE_SEED=\(random.seed)")
        }
    }
}
