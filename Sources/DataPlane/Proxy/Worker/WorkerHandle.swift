// What the control plane holds of a worker: the ways to and from it.

public import Containers
public import Linux
public import Synchronization
public import Telemetry

/// The part of a worker that other threads may touch. It lives in the control plane's memory,
/// longer than the worker's thread.
public struct WorkerHandle: ~Copyable {
    /// The worker's place, 0 for the first.
    public let index: Int
    /// How many workers there are.
    public let workerCount: Int
    /// Messages for the worker.
    public let mailbox = Mailbox<WorkerMessage>()
    /// Wakes the worker to read them.
    public let wake: EventFD
    /// Records for the log.
    public let records = RecordRing()
    /// By `WorkerCounter`.
    public let counters: CounterTable
    /// Sessions of the worker.
    public let sessions = Atomic<Int>(0)
    /// The generation of the snapshot that it accepts by.
    public let generation = Atomic<UInt64>(0)
    /// No session of the worker chooses a backend by a snapshot of an earlier generation any more,
    /// now or later. As of the last `WorkerMessage.reckon`.
    public let oldestChoosing = Atomic<UInt64>(0)
    /// There may be room for those who wait.
    let isCalledToLines = Atomic<Bool>(false)
    /// Its event queue's descriptor.
    let epoll = Atomic<Int32>(-1)
    /// Its thread is about to return.
    public let hasFinished = Atomic<Bool>(false)
    /// Wakes the control thread: a record, an adopted snapshot or the end.
    public let controlWake: Int32

    /// The handle of a worker that is not running yet. `controlWake` is an eventfd's number.
    public init(index: Int, workerCount: Int, controlWake: Int32) throws(SystemError) {
        self.index = index
        self.workerCount = workerCount
        self.controlWake = controlWake
        wake = try EventFD()
        counters = CounterTable(rowCount: 1, cellCount: WorkerCounter.allCases.count)
    }

    deinit {
        mailbox.deallocate()
        records.deallocate()
        counters.deallocate()
    }

    /// Makes the worker look at those who wait for a backend with room. From any thread.
    public borrowing func callToLines() {
        if !isCalledToLines.exchange(true, ordering: .releasing) { wake.signal() }
    }

    /// Has the worker hear no more of a socket that another one has taken from it. From any thread:
    /// epoll_ctl(2) asks for no order.
    borrowing func forget(_ socket: Int32) {
        let epoll = epoll.load(ordering: .relaxed)
        precondition(epoll >= 0, "a worker that does not run has offered a connection")
        _ = Epoll.remove(socket, from: epoll)
    }

    /// Sends a message and wakes the worker. From any thread.
    public borrowing func send(_ message: WorkerMessage) {
        if mailbox.send(message) { wake.signal() }
    }
}
