// One thread with one event queue: it accepts, connects, relays and ends sessions, and shares
// nothing with other workers but atomics. This file is the loop; the rooms beside it hold what
// happens on an event: Listener (accepting), Upstream (connecting), Session (life and deadlines),
// Relay.

internal import Containers
public import Linux
internal import Telemetry
internal import Synchronization

/// A worker. It is made on the control thread, moved into memory of its own and run by its thread,
/// which alone touches it from then on; `WorkerHandle` is what others may touch.
///
/// Its methods are `mutating` even where they change nothing: this compiler copies a borrowed
/// worker whole before it calls a method that is not, some 40 ns each time.
@safe public struct Worker: ~Copyable {
    /// Whether new connections are wanted.
    enum Phase {
        case accepting
        case draining
        case finished
    }

    let handle: UnsafePointer<WorkerHandle>
    let process: UnsafePointer<ProcessState>
    let epoll: Epoll
    let counters: CounterRow
    var sessions: Slab<Session>
    var exchanges: Slab<Exchange>
    var relay = Relay()
    var http = HTTPWorkspace()
    /// How busy the worker is, where that is asked for.
    var processorUse = ProcessorUse()
    /// Exchanges that were told to access logs.
    var accessCount: UInt64 = 0
    /// Deadlines of sessions, by their index.
    var timers: TimerWheel
    /// Ends of the listening sockets' pauses, by their slot.
    var pauses: TimerWheel
    /// Sessions that can go on without an event.
    var leftOver: IndexQueue
    /// Sessions whose handshake can go on, first come first served.
    var handshakes: IndexQueue
    var listening: ListeningSockets
    var pool: ConnectionPool
    /// The lines that somebody waits in.
    var firstLine: UnsafeMutablePointer<WaitingLine>?
    /// The lines are to be looked at before the worker sleeps.
    var linesAreDue = false
    /// When a hello that was refused was last told, in ms.
    var helloToldAt: UInt64 = 0
    /// A linear congruential sequence, for shares in slow start.
    var drawState: UInt64
    /// The configuration for connections to come.
    var snapshot: UnsafeMutablePointer<Snapshot>?
    /// The time of this turn of the loop, in ms and in ns.
    var now: UInt64
    var nowNs: UInt64
    var phase = Phase.accepting
    /// When draining ends, in ms.
    var drainUntil: UInt64 = .max

    /// Makes a worker with room for `sessionsMax` sessions. The pointers must stay good until its
    /// thread has ended.
    public static func make(
        handle: UnsafePointer<WorkerHandle>, process: UnsafePointer<ProcessState>,
        sessionsMax: Int
    ) throws(SystemError) -> Worker {
        let epoll = try Epoll(eventsPerWait: ProxyLimits.eventsPerTurn)
        let added = unsafe epoll.add(
            handle.pointee.wake.rawValue, [.readable, .edgeTriggered],
            token: EventTag(.mail, Token(rawValue: 0)).rawValue)
        _ = try added.orThrow("epoll_ctl")
        return unsafe Worker(
            handle: handle, process: process, epoll: epoll,
            capacity: Int32(clamping: min(sessionsMax, 1 << 28)))
    }

    private init(
        handle: UnsafePointer<WorkerHandle>, process: UnsafePointer<ProcessState>,
        epoll: consuming Epoll, capacity: Int32
    ) {
        unsafe self.handle = unsafe handle
        unsafe self.process = unsafe process
        unsafe handle.pointee.epoll.store(epoll.rawValue, ordering: .relaxed)
        self.epoll = epoll
        counters = unsafe handle.pointee.counters.row(0)
        sessions = Slab(capacity: capacity)
        exchanges = Slab(capacity: capacity)
        nowNs = Clock.monotonicNanoseconds
        now = nowNs / 1_000_000
        timers = TimerWheel(capacity: capacity, now: now)
        pauses = TimerWheel(capacity: Int32(ProxyLimits.bindsMax), now: now)
        leftOver = IndexQueue(capacity: capacity)
        handshakes = IndexQueue(capacity: capacity)
        listening = ListeningSockets()
        pool = ConnectionPool(sessionsMax: capacity)
        drawState = nowNs
    }

    /// Runs until a message stops it or its last session has drained.
    public mutating func run() {
        while phase != .finished { turn() }
        unsafe handle.pointee.hasFinished.store(true, ordering: .releasing)
        wakeControl()
    }

    /// One turn: events first, then what earlier turns left, then what has become due.
    private mutating func turn() {
        let count = epoll.wait(timeout: waitMs())
        nowNs = Clock.monotonicNanoseconds
        now = nowNs / 1_000_000
        for index in 0..<count { dispatch(epoll.event(index)) }
        counters.add(WorkerCounter.turns.rawValue)
        if count > 0 { counters.add(WorkerCounter.events.rawValue, UInt64(count)) }
        goOnWithLeftOver()
        if handshakes.count > 0 { goOnWithHandshakes() }
        runTimers()
        if linesAreDue { serveLines() }
        if pool.nextLook <= now { lookAtPool() }
        if relay.splicedCount > 0 {
            counters.add(WorkerCounter.spliced.rawValue, relay.splicedCount)
            relay.splicedCount = 0
        }
        if phase == .draining { checkDrained() }
    }

    /// How long the loop may sleep, in ms; -1 for ever.
    private mutating func waitMs() -> Int32 {
        guard leftOver.count == 0, handshakes.count == 0, !linesAreDue else { return 0 }
        var wake = min(timers.nextWake() ?? .max, pauses.nextWake() ?? .max, pool.nextLook)
        if phase == .draining { wake = min(wake, drainUntil) }
        guard wake < .max else { return -1 }
        return wake <= now ? 0 : Int32(clamping: wake - now)
    }

    /// The one place where an event finds its slot, or is found to be stale.
    private mutating func dispatch(_ event: Event) {
        let tag = EventTag(rawValue: event.token)
        switch tag.role {
        case .downstream, .upstream:
            guard sessions.isCurrent(tag.token) else {
                return counters.add(WorkerCounter.staleEvents.rawValue)
            }
            let index = tag.token.index
            let session = unsafe sessions.pointer(index)
            if tag.role == .downstream {
                unsafe downstreamEvent(&session.pointee, index, event.readiness)
            } else {
                unsafe upstreamEvent(&session.pointee, index, event.readiness)
            }
        case .listener:
            let slot = Int(tag.token.index)
            guard listening.isCurrent(slot, number: tag.token.generation) else {
                return counters.add(WorkerCounter.staleEvents.rawValue)
            }
            acceptBatch(slot)
        case .pooled:
            guard pool.connections.isCurrent(tag.token) else {
                return counters.add(WorkerCounter.staleEvents.rawValue)
            }
            pooledEvent(tag.token.index, event.readiness)
        case .mail:
            readMail()
        }
    }

    private mutating func goOnWithLeftOver() {
        for _ in 0..<leftOver.count {
            let index = leftOver.popFirst()
            guard index >= 0 else { return }
            let session = unsafe sessions.pointer(index)
            if unsafe session.pointee.isHTTP {
                unsafe goOn(&session.pointee, index)
            } else {
                unsafe pump(&session.pointee, index)
            }
        }
    }

    private mutating func runTimers() {
        while case let index = timers.nextExpired(at: now), index >= 0 {
            let session = unsafe sessions.pointer(index)
            unsafe sessionTimer(&session.pointee, index)
        }
        while case let slot = pauses.nextExpired(at: now), slot >= 0 { resumeAccepting(Int(slot)) }
    }

    // What happened, for others -------------------------------------------------------------

    /// Hands a record to the log.
    mutating func record(_ record: WorkerRecord) {
        if unsafe handle.pointee.records.write(record) {
            wakeControl()
        } else {
            counters.add(WorkerCounter.droppedRecords.rawValue)
        }
    }

    mutating func wakeControl() { unsafe EventFD.signal(handle.pointee.controlWake) }
}
