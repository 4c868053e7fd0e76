// What is known of a backend whatever the configuration says: it outlives snapshots, so that a
// reload forgets nothing. Keyed by upstream and identity, in the control plane.

public import Health
public import Synchronization
public import Telemetry

/// The shared state of a backend. Workers and the control thread change it with atomics.
@safe public struct BackendState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Sessions that are with it now or are connecting to it.
    public let active = Atomic<Int>(0)
    /// What probes say: a raw value of `ProbeVerdict.State`. The control thread writes it.
    public let health = Atomic<UInt8>(0)
    /// What an operator said of it: 0 ready, 1 drain, 2 disabled. The control thread writes it.
    public let operatorState = Atomic<UInt8>(0)
    /// The word for drain in it.
    static var draining: UInt8 { 1 }
    /// It is ejected until then, in ms; 0 when it is not. Once the time has come one session may
    /// try it, which moves the time on while it does.
    public let ejectedUntilMs = Atomic<UInt64>(0)
    /// When it came back from an outage, in ms; 0 when it never had one.
    public let recoveredAtMs = Atomic<UInt64>(0)
    /// Connects that failed since the last one that did not.
    public let consecutiveFailures = Atomic<UInt32>(0)
    /// How often it was ejected since that was last forgotten.
    public let ejections = Atomic<UInt32>(0)
    /// Sessions with it end at this time, in ms; 0 while it is configured.
    public let endsAtMs = Atomic<UInt64>(0)
    /// Connections that have carried exchanges and wait for others, over all workers.
    public let idle = Atomic<Int>(0)
    /// For each worker what it keeps of pooled connections; nil while none are wanted.
    private(set) var shelves: UnsafeMutablePointer<Shelf>?
    /// Idle connections that workers offer each other, `ConnectionOffer.perWorker` of each; nil while
    /// none are kept.
    private(set) var offers: UnsafeMutablePointer<ConnectionOffer>?
    private var offerCount = 0
    /// What is known of its exchanges; nil while none come here.
    public private(set) var exchanges: UnsafeMutablePointer<ExchangeState>?
    /// What the workers counted, by `BackendCounter`.
    public let counters: CounterTable
    /// What they counted of TLS with it, by `BackendHandshakeCounter`; nil while none is spoken.
    public private(set) var handshakes: CounterTable?

    /// The state of a backend that nothing is known of.
    public init(number: UInt32, workerCount: Int) {
        self.number = number
        counters = CounterTable(rowCount: workerCount, cellCount: BackendCounter.allCases.count)
    }

    deinit {
        counters.deallocate()
        handshakes?.deallocate()
        unsafe shelves?.deallocate()
        unsafe offers?.deinitialize(count: offerCount)
        unsafe offers?.deallocate()
        unsafe exchanges?.deinitialize(count: 1)
        unsafe exchanges?.deallocate()
    }

    /// Makes room for what is known of exchanges. The control thread calls it before the first
    /// snapshot that has any come here.
    public mutating func makeExchanges(workerCount: Int) {
        guard unsafe exchanges == nil else { return }
        offerCount = workerCount * ConnectionOffer.perWorker
        unsafe offers = .allocate(capacity: offerCount)
        for place in 0..<offerCount {
            unsafe offers?.advanced(by: place).initialize(to: ConnectionOffer())
        }
        unsafe exchanges = .allocate(capacity: 1)
        unsafe exchanges?.initialize(to: ExchangeState(workerCount: workerCount))
    }

    /// Makes room for what is counted of TLS. The control thread calls it before the first snapshot
    /// that speaks it.
    public mutating func makeHandshakes(workerCount: Int) {
        guard handshakes == nil else { return }
        handshakes = CounterTable(
            rowCount: workerCount, cellCount: BackendHandshakeCounter.cellCount)
    }

    /// Makes room for pooled connections. The control thread calls it before the first snapshot
    /// that wants any.
    public mutating func makeShelves(workerCount: Int) {
        guard unsafe shelves == nil else { return }
        // Those of different workers lie on different cache lines.
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<Shelf>.stride * workerCount, alignment: 64)
        unsafe shelves = memory.bindMemory(to: Shelf.self, capacity: workerCount)
        unsafe shelves?.initialize(repeating: Shelf(), count: workerCount)
    }

    // Limits --------------------------------------------------------------------------------

    /// Counts one more session in, unless there are `connectionsMax` already; 0 is no limit.
    borrowing func enter(connectionsMax: Int) -> Bool {
        guard connectionsMax > 0 else {
            active.wrappingAdd(1, ordering: .relaxed)
            return true
        }
        return active.add(below: connectionsMax)
    }

    /// Counts a session out.
    borrowing func leave() { active.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

    // Ejection ------------------------------------------------------------------------------

    /// Claims the one trial of an ejected backend whose time has come: others see it ejected until
    /// `deadline`, by when the trial has succeeded, failed or been given up.
    borrowing func claimTrial(at now: UInt64, until deadline: UInt64) -> Bool {
        let until = ejectedUntilMs.load(ordering: .relaxed)
        guard until != 0, until <= now else { return false }
        return ejectedUntilMs.compareExchange(
            expected: until, desired: deadline, ordering: .relaxed
        ).exchanged
    }

    /// Takes the backend out at `now`. Returns for how long, in ms.
    public borrowing func eject(at now: UInt64, by policy: EjectionPolicy) -> UInt64 {
        let returnedAt = recoveredAtMs.load(ordering: .relaxed)
        let earlier = ejections.load(ordering: .relaxed)
        let isForgotten =
            returnedAt > 0
            && policy.isForgotten(sinceReturnMs: now - min(now, returnedAt), ejections: earlier)
        let count = isForgotten ? 1 : earlier &+ 1
        ejections.store(count, ordering: .relaxed)
        let duration = policy.durationMs(ejections: count)
        ejectedUntilMs.store(now + duration, ordering: .relaxed)
        consecutiveFailures.store(0, ordering: .relaxed)
        return duration
    }

    /// The backend is back at `now`: its work grows from little.
    public borrowing func recover(at now: UInt64) {
        recoveredAtMs.store(now, ordering: .relaxed)
    }

    /// Takes the backend back at `now`.
    borrowing func takeBack(at now: UInt64) {
        recover(at: now)
        ejectedUntilMs.store(0, ordering: .relaxed)
        consecutiveFailures.store(0, ordering: .relaxed)
    }

    /// True when neither probes, failures nor an operator keep work from it.
    public borrowing func isFit(at now: UInt64) -> Bool {
        let health = health.load(ordering: .relaxed)
        return operatorState.load(ordering: .relaxed) == 0
            && ejectedUntilMs.load(ordering: .relaxed) <= now
            && health != ProbeVerdict.State.down.rawValue
            && health != ProbeVerdict.State.unknown.rawValue
    }
}
