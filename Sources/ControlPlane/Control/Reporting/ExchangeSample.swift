// What was counted of exchanges, read once for all that is told of it.

internal import Proxy
internal import Telemetry

/// What was counted of the exchanges of one subject, or of several together.
struct ExchangeSample {
    let labels: [(String, String)]
    let counters: [CounterTable]
    let durations: LatencyReading

    init(_ labels: [(String, String)], _ records: [ExchangeRecord]) {
        self.labels = labels
        counters = records.map { unsafe $0.state.pointee.counters }
        var durations = LatencyReading()
        for record in records { unsafe durations.add(record.state.pointee.durations.read()) }
        self.durations = durations
    }

    init(_ labels: [(String, String)], backends: [BackendRecord]) {
        self.labels = labels
        let states = unsafe backends.compactMap { unsafe $0.state.pointee.exchanges }
        counters = unsafe states.map { unsafe $0.pointee.counters }
        var durations = LatencyReading()
        unsafe states.forEach { unsafe durations.add($0.pointee.durations.read()) }
        self.durations = durations
    }

    func sum(_ cell: Int) -> UInt64 { counters.reduce(0) { $0 &+ $1.sum(cell) } }

    /// Begun and not over.
    var inFlight: UInt64 {
        let over = EndReason.allCases.reduce(UInt64(0)) { $0 &+ sum(ExchangeCounter.ended($1)) }
        let begun = sum(ExchangeCounter.begun.rawValue) &+ sum(ExchangeCounter.refused.rawValue)
        return begun - min(begun, over)
    }

    /// What became of them, for people.
    func report(perSecond: Double? = nil) -> StatusReport.Requests {
        var status: [String: UInt64] = [:]
        for digit in 2...5 { status["\(digit)xx"] = sum(ExchangeCounter.answered(digit * 100)) }
        status["none"] = sum(ExchangeCounter.unanswered.rawValue)
        var ended: [String: UInt64] = [:]
        for reason in EndReason.allCases {
            let count = sum(ExchangeCounter.ended(reason))
            if count > 0 { ended[reason.word] = count }
        }
        return StatusReport.Requests(
            total: durations.count, inFlight: inFlight, perSecond: perSecond, status: status,
            ended: ended, p50Ms: durations.quantile(0.5).map { Double($0) / 1000 },
            p99Ms: durations.quantile(0.99).map { Double($0) / 1000 })
    }
}
