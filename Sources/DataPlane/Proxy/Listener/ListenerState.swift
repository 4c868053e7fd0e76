// What of a listener outlives snapshots.

public import Synchronization
public import Telemetry

/// The shared state of a listener.
public struct ListenerState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Its sessions over all workers.
    public let active = Atomic<Int>(0)
    /// Its sessions end at this time, in ms; 0 while it is configured.
    public let endsAtMs = Atomic<UInt64>(0)
    /// What the workers counted, by `ListenerCounter` and `EndReason`.
    public let counters: CounterTable

    /// The state of a new listener.
    public init(number: UInt32, workerCount: Int) {
        self.number = number
        counters = CounterTable(rowCount: workerCount, cellCount: ListenerCounter.cellCount)
    }

    deinit { counters.deallocate() }
}
