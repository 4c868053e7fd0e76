// What of a listener outlives snapshots.

public import Synchronization
public import Telemetry

/// The shared state of a listener.
@safe public struct ListenerState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Its sessions over all workers.
    public let active = Atomic<Int>(0)
    /// Its sessions end at this time, in ms; 0 while it is configured.
    public let endsAtMs = Atomic<UInt64>(0)
    /// What the workers counted, by `ListenerCounter` and `EndReason`.
    public let counters: CounterTable
    /// What is known of its TLS handshakes; nil while it has none.
    public private(set) var handshakes: UnsafeMutablePointer<HandshakeState>?

    /// The state of a new listener.
    public init(number: UInt32, workerCount: Int) {
        self.number = number
        counters = CounterTable(rowCount: workerCount, cellCount: ListenerCounter.cellCount)
    }

    deinit {
        counters.deallocate()
        unsafe handshakes?.deinitialize(count: 1)
        unsafe handshakes?.deallocate()
    }

    /// Makes room for what is known of handshakes. The control thread calls it before the first
    /// snapshot that has any come here.
    public mutating func makeHandshakes(workerCount: Int) {
        guard unsafe handshakes == nil else { return }
        unsafe handshakes = .allocate(capacity: 1)
        unsafe handshakes?.initialize(to: HandshakeState(workerCount: workerCount))
    }
}
