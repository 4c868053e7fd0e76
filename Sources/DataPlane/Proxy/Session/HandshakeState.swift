// What outlives snapshots of a listener's TLS handshakes.

public import Telemetry

/// Counts and durations of handshakes. Each worker writes a row of its own; anybody may read.
@safe public struct HandshakeState: ~Copyable {
    /// By `HandshakeCounter`.
    public let counters: CounterTable
    /// How long those took that were done, from accepting the connection on.
    public let durations: LatencyHistogram

    /// The state of handshakes that have not begun.
    public init(workerCount: Int) {
        counters = CounterTable(rowCount: workerCount, cellCount: HandshakeCounter.cellCount)
        durations = LatencyHistogram(rowCount: workerCount)
    }

    deinit {
        counters.deallocate()
        durations.deallocate()
    }
}
