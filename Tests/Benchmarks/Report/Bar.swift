// The marks that sluice has to meet, and whether it did.

/// One mark: a metric of a case, as a ratio to the best of the others or as a plain value.
struct Bar {
    let title: String
    let benchmark: BenchmarkCase
    let metric: Metric
    let limit: Double
    var isRatio = true

    static let all = [
        Bar(
            title: "small requests: CPU per request at most 0.97x the best rival",
            benchmark: .small, metric: .totalPerRequest, limit: 0.97),
        Bar(
            title: "small requests: user time per request at most 0.70x",
            benchmark: .small, metric: .userPerRequest, limit: 0.7),
        Bar(
            title: "64 KiB bodies: CPU per GiB at most 0.70x",
            benchmark: .body64k, metric: .totalPerGiB, limit: 0.7),
        Bar(
            title: "10 MiB bodies: CPU per GiB at most 0.40x",
            benchmark: .body10m, metric: .totalPerGiB, limit: 0.4),
        Bar(
            title: "64 KiB bodies, tuned rivals: CPU per GiB at most 0.70x",
            benchmark: .body64kTuned, metric: .totalPerGiB, limit: 0.7),
        Bar(
            title: "10 MiB bodies, tuned rivals: CPU per GiB at most 0.40x",
            benchmark: .body10mTuned, metric: .totalPerGiB, limit: 0.4),
        Bar(
            title: "connection per request: CPU at most 1.00x",
            benchmark: .connectionPerRequest, metric: .totalPerRequest, limit: 1),
        Bar(
            title: "idle relayed connection: at most 1,024 bytes of process memory",
            benchmark: .idle, metric: .bytesPerConnection, limit: 1024, isRatio: false),
        Bar(
            title: "start: at most 25 MB resident",
            benchmark: .start, metric: .residentAtStart, limit: 25e6 / 0x1p20, isRatio: false),
        Bar(
            title: "start: at most 100 ms to the first relayed byte",
            benchmark: .start, metric: .firstByte, limit: 100, isRatio: false),
        Bar(
            title: "10,000 backends: CPU per request at most 1.05x that with 10",
            benchmark: .backends, metric: .totalPerRequest, limit: 1.05),
        Bar(
            title: "10,000 backends, connection per request: CPU at most 1.05x",
            benchmark: .backendsPerRequest, metric: .totalPerRequest, limit: 1.05),
    ]

    /// `pass`, `MISS` or `not measured`, with the figures behind it.
    func verdict(_ results: [CaseResult]) -> (word: String, detail: String?) {
        guard let result = results.first(where: { $0.benchmark == benchmark }), result.hasSubject,
            let value = isRatio ? result.ratio(metric) : result.figure(metric, column: 0)
        else { return ("not measured", nil) }
        if let failures = result.figure(.failures, column: 0), failures > 0 {
            return ("MISS", "\(TextReport.number(failures)) failed requests")
        }
        let digits = isRatio ? 3 : metric.digits
        let figures = result.columns.indices.map { column in
            "\(result.columns[column]) "
                + TextReport.value(result.figure(metric, column: column), metric)
        }
        let measured = TextReport.number(value, digits: digits) + (isRatio ? spread(result) : "")
        return (
            value <= limit ? "pass" : "MISS",
            "\(measured): \(figures.joined(separator: ", ")) \(metric.rawValue)"
        )
    }

    /// The range of the rounds' ratios: how sure the median of them is.
    private func spread(_ result: CaseResult) -> String {
        let ratios = result.ratios(metric)
        guard ratios.count > 1, let least = ratios.min(), let most = ratios.max() else {
            return "x"
        }
        return "x (\(TextReport.number(least, digits: 2))–\(TextReport.number(most, digits: 2)))"
    }
}
