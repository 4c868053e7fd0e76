// What outlives snapshots of a listener's, a route's or a backend's exchanges.

public import Telemetry

/// Counts and durations of exchanges. Each worker writes a row of its own; anybody may read.
@safe public struct ExchangeState: ~Copyable {
    /// By `ExchangeCounter` and `EndReason`.
    public let counters: CounterTable
    /// How long they took: of a listener and a route from the first byte of the request to the last
    /// one of the response, of a backend from the request to the first byte of the response.
    public let durations: LatencyHistogram

    /// The state of exchanges that have not begun.
    public init(workerCount: Int) {
        counters = CounterTable(rowCount: workerCount, cellCount: ExchangeCounter.cellCount)
        durations = LatencyHistogram(rowCount: workerCount)
    }

    deinit {
        counters.deallocate()
        durations.deallocate()
    }

    /// An exchange has ended for a reason, with a status or 0.
    borrowing func note(_ worker: Int, status: Int, reason: EndReason, microseconds: UInt64) {
        let row = counters.row(worker)
        row.add(ExchangeCounter.answered(status))
        row.add(ExchangeCounter.ended(reason))
        durations.row(worker).record(microseconds: microseconds)
    }
}
