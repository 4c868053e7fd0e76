// What of an upstream outlives snapshots: where its rotation stands, how many sessions it has, who
// waits and what retries it may still make.

internal import Balancing
internal import Health
public import Synchronization
public import Telemetry

/// The shared state of an upstream.
@safe public struct UpstreamState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Sessions of all its backends.
    public let active = Atomic<Int>(0)
    /// So few backends are fit that health is overlooked. The control thread writes it.
    public let ignoresHealth = Atomic<Bool>(false)
    /// Since when sessions go to unfit backends, in ms; 0 while they do not.
    public let failedOpenAtMs = Atomic<UInt64>(0)
    /// Sessions that wait for a backend with room.
    public let waiting = Atomic<Int>(0)
    /// A `RetryBudget`.
    let retryBudget = Atomic<UInt64>(0)
    /// The next ticket of the queue.
    let nextTicket = Atomic<UInt64>(0)
    /// A worker is deciding on an ejection.
    let isEjecting = Atomic<Bool>(false)
    /// What the workers counted, by `UpstreamCounter`.
    public let counters: CounterTable
    /// One for each worker, which alone uses it, `cursorStride` apart.
    let cursors: UnsafeMutablePointer<BalancerCursor>
    /// Cursors of different workers lie on different cache lines.
    static var cursorStride: Int { cacheLine / MemoryLayout<BalancerCursor>.stride }
    private static var cacheLine: Int { 64 }
    /// One for each worker.
    let lines: UnsafeMutablePointer<WaitingLine>
    private let workerCount: Int

    /// The state of a new upstream. Cursors start apart, so that workers do not march in step.
    public init(number: UInt32, workerCount: Int, seed: UInt64) {
        self.number = number
        self.workerCount = workerCount
        counters = CounterTable(rowCount: workerCount, cellCount: UpstreamCounter.allCases.count)
        unsafe cursors = Self.allocate(workerCount * Self.cursorStride)
        unsafe lines = Self.allocate(workerCount)
        for worker in 0..<workerCount {
            unsafe (cursors + worker * Self.cursorStride).initialize(
                to: BalancerCursor(seed: seed &+ UInt64(worker) &* 0x9E37_79B9_7F4A_7C15))
            unsafe (lines + worker).initialize(to: WaitingLine())
        }
    }

    private static func allocate<Element: ~Copyable>(
        _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Element>.stride, alignment: cacheLine)
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        counters.deallocate()
        unsafe cursors.deallocate()
        unsafe lines.deinitialize(count: workerCount)
        unsafe lines.deallocate()
    }

    /// The worker whose session waits longest, or -1.
    borrowing func nextInLine() -> Int {
        var worker = -1
        var lowest = WaitingLine.noTicket
        for index in 0..<workerCount {
            let ticket = unsafe (lines + index).pointee.firstTicket
                .load(ordering: .sequentiallyConsistent)
            if ticket < lowest {
                lowest = ticket
                worker = index
            }
        }
        return worker
    }

    // Retries -------------------------------------------------------------------------------

    /// A session begins, which allows a part of a retry.
    borrowing func depositRetry(percent: UInt32, perSecond: UInt32, at now: UInt64) {
        var word = retryBudget.load(ordering: .relaxed)
        while true {
            let next = RetryBudget(word: word).deposited(
                percent: percent, perSecond: perSecond, nowMs: now)
            if next.word == word { return }
            let (exchanged, original) = retryBudget.weakCompareExchange(
                expected: word, desired: next.word, ordering: .relaxed)
            if exchanged { return }
            word = original
        }
    }

    /// Takes a retry out of the budget; false when there is none.
    borrowing func withdrawRetry(perSecond: UInt32, at now: UInt64) -> Bool {
        var word = retryBudget.load(ordering: .relaxed)
        while true {
            guard
                let next = RetryBudget(word: word).withdrawn(perSecond: perSecond, nowMs: now)
            else { return false }
            let (exchanged, original) = retryBudget.weakCompareExchange(
                expected: word, desired: next.word, ordering: .relaxed)
            if exchanged { return true }
            word = original
        }
    }
}
