// What is known of a backend whatever the configuration says: it outlives snapshots, so that a
// reload forgets nothing. Keyed by upstream and identity, in the control plane.

internal import Health
public import Synchronization
public import Telemetry

/// The shared state of a backend. Workers and the control thread change it with atomics.
public struct BackendState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Sessions that are with it now or are connecting to it.
    public let active = Atomic<Int>(0)
    /// Connects that failed since the last one that did not.
    public let consecutiveFailures = Atomic<UInt32>(0)
    /// It rests until then, in ms; 0 when it is fit.
    public let retryAtMs = Atomic<UInt64>(0)
    /// Sessions with it end at this time, in ms; 0 while it is configured.
    public let endsAtMs = Atomic<UInt64>(0)
    /// What an operator said of it: 0 ready, 1 drain, 2 disabled.
    public let operatorState = Atomic<UInt8>(0)
    /// What the workers counted, by `BackendCounter`.
    public let counters: CounterTable

    /// The state of a backend that nothing is known of.
    public init(number: UInt32, workerCount: Int) {
        self.number = number
        counters = CounterTable(rowCount: workerCount, cellCount: BackendCounter.allCases.count)
    }

    deinit { counters.deallocate() }

    /// Notes a failed connect at `now` ms. Returns how long the backend rests, or nil when it was
    /// resting already: connects that were under way together count as one failure.
    borrowing func noteFailure(at now: UInt64) -> UInt64? {
        let retryAt = retryAtMs.load(ordering: .relaxed)
        guard retryAt <= now else { return nil }
        let failures = consecutiveFailures.load(ordering: .relaxed)
        let rest = FailureBackoff.delayMs(consecutiveFailures: failures &+ 1)
        let (exchanged, _) = retryAtMs.compareExchange(
            expected: retryAt, desired: now + rest, ordering: .relaxed)
        guard exchanged else { return nil }
        consecutiveFailures.add(1, ordering: .relaxed)
        return rest
    }

    /// Notes an established connection. Returns how many connects had failed before it.
    borrowing func noteSuccess() -> UInt32 {
        guard consecutiveFailures.load(ordering: .relaxed) != 0 else { return 0 }
        let failures = consecutiveFailures.exchange(0, ordering: .relaxed)
        retryAtMs.store(0, ordering: .relaxed)
        return failures
    }
}
