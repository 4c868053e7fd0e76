// The marks that sluice has to meet, and whether it did.

/// One mark that a metric of a case has to meet.
struct Bar {
    let title: String
    let benchmark: BenchmarkCase
    let metric: Metric
    let mark: Mark

    /// What the metric, of which less is better, is held to.
    enum Mark {
        /// At most this many times what it is held against.
        case ratio(Double)
        /// At most this value.
        case value(Double)
        /// No more above what it is held against than three times the median deviation among that
        /// one's own rounds: such a difference is noise. One round gone wrong does not widen it.
        case noise
    }

    static let all = [
        Bar(
            title: "small requests: CPU per request at most 0.97x the best rival",
            benchmark: .small, metric: .totalPerRequest, mark: .ratio(0.97)),
        Bar(
            title: "small requests: user time per request at most 0.70x",
            benchmark: .small, metric: .userPerRequest, mark: .ratio(0.7)),
        Bar(
            title: "64 KiB bodies: CPU per GiB at most 0.70x",
            benchmark: .body64k, metric: .totalPerGiB, mark: .ratio(0.7)),
        Bar(
            title: "10 MiB bodies: CPU per GiB at most 0.40x",
            benchmark: .body10m, metric: .totalPerGiB, mark: .ratio(0.4)),
        Bar(
            title: "64 KiB bodies, tuned rivals: CPU per GiB at most 0.70x",
            benchmark: .body64kTuned, metric: .totalPerGiB, mark: .ratio(0.7)),
        Bar(
            title: "10 MiB bodies, tuned rivals: CPU per GiB at most 0.40x",
            benchmark: .body10mTuned, metric: .totalPerGiB, mark: .ratio(0.4)),
        Bar(
            title: "connection per request: CPU at most 1.00x",
            benchmark: .connectionPerRequest, metric: .totalPerRequest, mark: .ratio(1)),
        Bar(
            title: "idle relayed connection: at most 1,024 bytes of process memory",
            benchmark: .idle, metric: .bytesPerConnection, mark: .value(1024)),
        Bar(
            title: "HTTP, small requests: CPU per request at most 0.90x the best rival",
            benchmark: .httpSmall, metric: .totalPerRequest, mark: .ratio(0.9)),
        Bar(
            title: "HTTP, small requests: user time per request at most 0.50x",
            benchmark: .httpSmall, metric: .userPerRequest, mark: .ratio(0.5)),
        Bar(
            title: "HTTP, connection per request: CPU at most 0.95x",
            benchmark: .httpConnectionPerRequest, metric: .totalPerRequest, mark: .ratio(0.95)),
        Bar(
            title: "HTTP, 64 KiB bodies: CPU per GiB at most 0.70x",
            benchmark: .httpBody64k, metric: .totalPerGiB, mark: .ratio(0.7)),
        Bar(
            title: "HTTP, 10 MiB bodies: CPU per GiB at most 0.40x",
            benchmark: .httpBody10m, metric: .totalPerGiB, mark: .ratio(0.4)),
        Bar(
            title: "HTTP, 64 KiB bodies, tuned rivals: CPU per GiB at most 0.70x",
            benchmark: .httpBody64kTuned, metric: .totalPerGiB, mark: .ratio(0.7)),
        Bar(
            title: "HTTP, 10 MiB bodies, tuned rivals: CPU per GiB at most 0.40x",
            benchmark: .httpBody10mTuned, metric: .totalPerGiB, mark: .ratio(0.4)),
        Bar(
            title: "HTTP, idle client: at most 512 bytes of process memory",
            benchmark: .httpIdle, metric: .bytesPerConnection, mark: .value(512)),
        Bar(
            title: "HTTP, 10,000 routes: CPU per request at most 1.05x that with 10",
            benchmark: .httpRoutes, metric: .totalPerRequest, mark: .ratio(1.05)),
        Bar(
            title: "5,000 slow clients: p99 of the others at most 2.00x that without them",
            benchmark: .slowClients, metric: .slowdown, mark: .value(2)),
        Bar(
            title: "5,000 slow clients: memory within what the limits add up to",
            benchmark: .slowClients, metric: .shareOfBound, mark: .value(100)),
        Bar(
            title: "start: at most 25 MB resident",
            benchmark: .start, metric: .residentAtStart, mark: .value(25e6 / 0x1p20)),
        Bar(
            title: "start: at most 100 ms to the first relayed byte",
            benchmark: .start, metric: .firstByte, mark: .value(100)),
        Bar(
            title: "10,000 backends: CPU per request at most 1.05x that with 10",
            benchmark: .backends, metric: .totalPerRequest, mark: .ratio(1.05)),
        Bar(
            title: "10,000 backends, connection per request: CPU at most 1.05x",
            benchmark: .backendsPerRequest, metric: .totalPerRequest, mark: .ratio(1.05)),
        Bar(
            title: "random-two: a pick among 10,000 backends at most 2.00x one among 10",
            benchmark: .picks, metric: .randomTwoPick, mark: .ratio(2)),
        Bar(
            title: "round-robin: a pick among 10,000 backends at most 2.00x one among 10",
            benchmark: .picks, metric: .roundRobinPick, mark: .ratio(2)),
        Bar(
            title: "maglev: a pick among 10,000 backends at most 2.00x one among 10",
            benchmark: .picks, metric: .maglevPick, mark: .ratio(2)),
        Bar(
            title: "5,000 backends probed: at most 5 % of a core at rest",
            benchmark: .probes, metric: .restingShare, mark: .value(5)),
        Bar(
            title: "5,000 backends probed: p99 within the noise of that without probes",
            benchmark: .probes, metric: .percentile99, mark: .noise),
        Bar(
            title: "20 ms away, connections kept ready: p50 to the first byte at most 0.60x",
            benchmark: .pool, metric: .median, mark: .ratio(0.6)),
        Bar(
            title: "20 ms away, connections kept ready: p99 to the first byte at most 0.75x",
            benchmark: .pool, metric: .percentile99, mark: .ratio(0.75)),
    ]

    /// `pass`, `MISS` or `not measured`, with the figures behind it.
    func verdict(_ results: [CaseResult]) -> (word: String, detail: String?) {
        guard let result = results.first(where: { $0.benchmark == benchmark }), result.hasSubject,
            let (measured, isMet) = assess(result)
        else { return ("not measured", nil) }
        if let failures = result.figure(.failures, column: 0), failures > 0 {
            return ("MISS", "\(TextReport.number(failures)) failed requests")
        }
        let figures = result.columns.indices.map { column in
            "\(result.columns[column]) "
                + TextReport.value(result.figure(metric, column: column), metric)
        }
        return (
            isMet ? "pass" : "MISS",
            "\(measured): \(figures.joined(separator: ", ")) \(metric.rawValue)"
        )
    }

    /// What the mark is compared with, and whether it is met; nil where that was not measured.
    private func assess(_ result: CaseResult) -> (measured: String, isMet: Bool)? {
        guard let figure = result.figure(metric, column: 0) else { return nil }
        switch mark {
        case .value(let limit):
            return (TextReport.number(figure, digits: metric.digits), figure <= limit)
        case .ratio(let limit):
            guard let ratio = result.ratio(metric) else { return nil }
            return (TextReport.number(ratio, digits: 3) + spread(result), ratio <= limit)
        case .noise:
            guard let rival = result.rival(metric),
                let base = result.figure(metric, column: rival),
                let deviation = result.deviation(metric, column: rival)
            else { return nil }
            let most = base + 3 * deviation
            let limit = TextReport.number(most, digits: metric.digits)
            let measured = TextReport.number(figure, digits: metric.digits)
            return ("\(measured) where up to \(limit) is noise", figure <= most)
        }
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
