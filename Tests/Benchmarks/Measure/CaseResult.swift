// All samples of one case, and the medians and ratios that are read from them.

/// Columns of samples, one a contestant. The first column is the subject and the others are what
/// it is held against.
struct CaseResult {
    let benchmark: BenchmarkCase
    let columns: [String]
    /// Whether the first column is sluice: without it there is nothing to hold to the bars.
    let hasSubject: Bool
    /// The column that the first is held against; nil for the best of the others.
    let reference: Int?
    private var samples: [[Sample]]

    init(
        _ benchmark: BenchmarkCase, columns: [String], hasSubject: Bool, reference: Int? = nil
    ) {
        self.benchmark = benchmark
        self.columns = columns
        self.hasSubject = hasSubject
        self.reference = reference
        samples = Array(repeating: [], count: columns.count)
    }

    /// Metrics that were measured, in the order of their declaration.
    var metrics: [Metric] {
        Metric.allCases.filter { metric in samples.contains { $0.contains { $0[metric] != nil } } }
    }

    mutating func add(_ sample: Sample, column: Int) {
        samples[column].append(sample)
    }

    /// The median of the rounds; of failures the sum, since none may hide behind a median.
    func figure(_ metric: Metric, column: Int) -> Double? {
        let values = values(metric, column: column)
        return metric == .failures && !values.isEmpty ? values.reduce(0, +) : Self.median(values)
    }

    /// How far from their median the rounds are, in the median.
    func deviation(_ metric: Metric, column: Int) -> Double? {
        let values = values(metric, column: column)
        return Self.median(values).flatMap { middle in
            Self.median(values.map { ($0 - middle).magnitude })
        }
    }

    /// The median of `ratios`; nil where there are none.
    func ratio(_ metric: Metric) -> Double? {
        Self.median(ratios(metric))
    }

    /// In each round, the subject's sample by that of the rival. Pairing within a round cancels a
    /// drift of the machine between rounds.
    func ratios(_ metric: Metric) -> [Double] {
        guard hasSubject, metric.hasRatio, let rival = rival(metric) else { return [] }
        return zip(samples[0], samples[rival]).compactMap { subject, other in
            guard let value = subject[metric], let unit = other[metric], unit > 0 else {
                return nil
            }
            return value / unit
        }
    }

    /// The column that the subject is held against: the reference, or that with the best median.
    func rival(_ metric: Metric) -> Int? {
        if let reference { return reference }
        let others = columns.indices.dropFirst().compactMap { column in
            figure(metric, column: column).map { (column: column, figure: $0) }
        }
        let best =
            metric.higherIsBetter
            ? others.max { $0.figure < $1.figure } : others.min { $0.figure < $1.figure }
        return best?.column
    }

    /// What each round measured.
    private func values(_ metric: Metric, column: Int) -> [Double] {
        samples[column].compactMap { $0[metric] }
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
