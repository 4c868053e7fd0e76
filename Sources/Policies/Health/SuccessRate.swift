// Which backends fail more often than their fellows. Statistics over counts of one interval, for
// the control plane: it may allocate, and never runs per event.

/// Outliers among the success rates of an upstream's backends: those that lie below the mean by
/// more than some standard deviations.
///
/// A backend that fails for a part of its connections never fails many times in a row; beside its
/// fellows it stands out. Failures that all have alike, such as a dead network, eject nobody.
///
/// One outlier among n lies at most √(n - 1) deviations below the mean, and the more bad backends
/// there are, the less each stands out: with 1.9 deviations it takes five backends to find one
/// and ten to find two.
public struct SuccessRate: Sendable, BitwiseCopyable, Equatable {
    /// Backends with fewer connections in the interval are left out: their rate says little.
    public let minimumConnections: Int

    /// With fewer backends left, nobody is an outlier.
    public let minimumBackends: Int

    /// How many standard deviations below the mean is too far.
    public let deviations: Double

    /// What one backend's connections in the interval came to.
    public struct Tally: Sendable, BitwiseCopyable, Equatable {
        /// Connections that were made.
        public var successes: UInt64
        /// Connections that failed for the backend's fault.
        public var failures: UInt64

        /// A tally of both.
        public init(successes: UInt64, failures: UInt64) {
            self.successes = successes
            self.failures = failures
        }
    }

    /// Rates that differ by less are equal: more than rounding does to equal rates, less than one
    /// failure does to the rate of a hundred million connections.
    private static let rateResolution = 1e-9

    /// A policy; all three are positive where they mean something.
    public init(minimumConnections: Int, minimumBackends: Int, deviations: Double) {
        self.minimumConnections = minimumConnections
        self.minimumBackends = minimumBackends
        self.deviations = deviations
    }

    /// The indexes of the outliers in `tallies`, in ascending order. O(n), allocates.
    public func outliers(in tallies: [Tally]) -> [Int] {
        var indexes: [Int] = []
        var rates: [Double] = []
        for (index, tally) in tallies.enumerated() {
            let (successes, failures) = (Double(tally.successes), Double(tally.failures))
            let total = successes + failures
            guard total > 0, total >= Double(minimumConnections) else { continue }
            indexes.append(index)
            rates.append(successes / total)
        }
        guard !rates.isEmpty, rates.count >= minimumBackends else { return [] }
        let count = Double(rates.count)
        let mean = rates.reduce(0, +) / count
        let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let threshold = mean - deviations * variance.squareRoot() - Self.rateResolution
        return zip(indexes, rates).filter { $0.1 < threshold }.map(\.0)
    }
}
