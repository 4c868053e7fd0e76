// All samples of one case, and the medians and ratios that are read from them.

/// Columns of samples, one a contestant. The first column is the subject and the others are what
/// it is held against.
struct CaseResult {
    let benchmark: BenchmarkCase
    let columns: [String]
    /// Whether the first column is sluice: without it there is nothing to hold to the bars.
    let hasSubject: Bool
    private var samples: [[Sample]]

    init(_ benchmark: BenchmarkCase, columns: [String], hasSubject: Bool) {
        self.benchmark = benchmark
        self.columns = columns
        self.hasSubject = hasSubject
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
        let values = samples[column].compactMap { $0[metric] }.sorted()
        guard !values.isEmpty else { return nil }
        if metric == .failures { return values.reduce(0, +) }
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    /// The subject's figure by that of the best of the others; nil where either is missing.
    func ratio(_ metric: Metric) -> Double? {
        guard hasSubject, let subject = figure(metric, column: 0) else { return nil }
        let others = columns.indices.dropFirst().compactMap { figure(metric, column: $0) }
        let best = metric.higherIsBetter ? others.max() : others.min()
        guard let best, best > 0 else { return nil }
        return subject / best
    }
}
