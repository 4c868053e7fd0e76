// What every case needs: the contestants, how long, and how often; and the one order of rounds.

/// The settings of one run of this program.
struct Bench {
    /// Where sluice is; unused unless it is among `kinds`.
    let sluicePath: String
    /// The contestants, the subject first.
    let kinds: [ProxyKind]
    let rounds: Int
    /// Seconds of load in each round.
    let seconds: Int
    /// Whether this only shows that it works.
    let isQuick: Bool
    /// A temporary directory for configurations, bodies and outputs.
    let directory: String

    /// An empty result with a column for each proxy.
    func emptyResult(_ benchmark: BenchmarkCase) -> CaseResult {
        CaseResult(
            benchmark, columns: kinds.map(\.rawValue), hasSubject: kinds.first == .sluice)
    }

    /// Seconds of load for what recurs every `period` seconds: whole periods, and at least one, so
    /// that each round has its part of it. Not when it has to be quick.
    func seconds(covering period: Int) -> Int {
        isQuick ? seconds : (seconds + period - 1) / period * period
    }

    /// Takes a sample of each column in each round. Rounds are interleaved and each begins with the
    /// next column, so that a drift of the machine touches all columns alike.
    func fill(_ result: inout CaseResult, rounds: Int, sample: (Int) throws -> Sample) throws {
        let columns = result.columns.indices
        for round in 0..<rounds {
            for step in columns {
                let column = (round + step) % columns.count
                let taken = try sample(column)
                result.add(taken, column: column)
                TextReport.printRound(
                    "\(round + 1)/\(rounds)", column: result.columns[column], sample: taken)
            }
        }
    }
}
