// The way of a worker's access records to the control thread: a ring of bytes with one writer and
// one reader. It never blocks the worker; what does not fit is counted and dropped.

internal import Glibc
internal import Synchronization

/// A bounded queue of entries of any length, each in one piece. Copies are the same ring; its owner
/// deallocates it after both threads are done with it.
///
/// Each entry has a word before it that says how many bytes it takes. What is left at the end of
/// the memory and too short for the next entry is skipped.
@safe public struct AccessRing: BitwiseCopyable, @unchecked Sendable {
    private let state: UnsafeMutablePointer<State>
    private let bytes: UnsafeMutableRawPointer
    /// Bytes of the ring; a power of two.
    public let capacity: Int

    /// Positions that only grow, those of each thread on cache lines of its own.
    private struct State: ~Copyable {
        /// Where the next entry goes, and how many there was no room for: the writer's, read by
        /// all.
        let written = Atomic<UInt64>(0)
        let dropped = Atomic<UInt64>(0)
        /// The writer's own: how far the reader was when last looked at, and where the word of
        /// the entry under way is.
        var readSeen: UInt64 = 0
        var reserved: UInt64 = 0
        var reservedBytes: Int = 0
        let padding: (UInt64, UInt64, UInt64) = (0, 0, 0)
        /// Up to where entries were taken: the reader's, read by all.
        let read = Atomic<UInt64>(0)
    }

    /// The word before an entry: its bytes rounded up to words; in the upper half 1 for bytes that
    /// are to be skipped.
    private static var wordBytes: Int { 8 }
    private static var skipFlag: UInt64 { 1 << 32 }

    /// The smallest capacity: a few entries of any length.
    public static var capacityMin: Int { 1 << 15 }

    /// An empty ring of `capacity` bytes, a power of two. Memory is touched when written to.
    public init(capacity: Int) {
        precondition(capacity >= Self.capacityMin && capacity & (capacity - 1) == 0)
        self.capacity = capacity
        unsafe bytes = .allocate(byteCount: capacity, alignment: 64)
        unsafe state = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<State>.stride, alignment: 64
        ).bindMemory(to: State.self, capacity: 1)
        unsafe state.initialize(to: State())
    }

    /// Frees the ring.
    public func deallocate() {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        unsafe bytes.deallocate()
    }

    // The worker's side ---------------------------------------------------------------------

    /// Room for an entry of at most `byteCount` bytes, aligned to 8, to be filled and committed;
    /// nil when there is none, which is counted. A reservation that is not committed is forgotten.
    public func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        precondition(byteCount >= 0 && byteCount <= AccessEntry.bytesMax)
        let needed = Self.wordBytes + Self.rounded(byteCount)
        var start = unsafe state.pointee.written.load(ordering: .relaxed)
        let toEnd = capacity - (Int(truncatingIfNeeded: start) & (capacity - 1))
        let skipped = toEnd < needed ? toEnd : 0
        let end = start &+ UInt64(skipped + needed)
        if unsafe end &- state.pointee.readSeen > UInt64(capacity) {
            unsafe state.pointee.readSeen = state.pointee.read.load(ordering: .acquiring)
            guard unsafe end &- state.pointee.readSeen <= UInt64(capacity) else {
                countDropped()
                return nil
            }
        }
        if skipped > 0 {
            unsafe word(start).pointee = UInt64(skipped) | Self.skipFlag
            start &+= UInt64(skipped)
        }
        assert(Int(truncatingIfNeeded: start) & (capacity - 1) + needed <= capacity)
        unsafe state.pointee.reserved = start
        unsafe state.pointee.reservedBytes = byteCount
        return unsafe UnsafeMutableRawPointer(word(start) + 1)
    }

    /// Hands the reservation's first `byteCount` bytes to the reader. True when the ring has just
    /// become more than half full: the worker then wakes the reader, who looks by itself sooner or
    /// later.
    public func commit(_ byteCount: Int) -> Bool {
        let start = unsafe state.pointee.reserved
        precondition(unsafe byteCount >= 0 && byteCount <= state.pointee.reservedBytes)
        unsafe state.pointee.reservedBytes = 0
        let taken = Self.wordBytes + Self.rounded(byteCount)
        unsafe word(start).pointee = UInt64(taken)
        let end = start &+ UInt64(taken)
        let before = unsafe state.pointee.written.load(ordering: .relaxed)
        unsafe state.pointee.written.store(end, ordering: .releasing)
        return isHalfCrossed(from: before, to: end)
    }

    /// Copies an entry that was made elsewhere into the ring; false when there is no room, which
    /// is counted. `wakes` is set as `commit` says.
    public func write(_ entry: AccessEntry, wakes: inout Bool) -> Bool {
        let byteCount = entry.byteCount
        guard let memory = unsafe reserve(byteCount) else { return false }
        unsafe memory.copyMemory(from: entry.start, byteCount: byteCount)
        wakes = commit(byteCount)
        return true
    }

    // The control thread's side -------------------------------------------------------------

    /// The oldest entry, or nil; good until `consume` is called, and given again until then.
    public func next() -> AccessEntry? {
        var read = unsafe state.pointee.read.load(ordering: .relaxed)
        let written = unsafe state.pointee.written.load(ordering: .acquiring)
        guard read != written else { return nil }
        let first = unsafe word(read).pointee
        if first & Self.skipFlag != 0 {
            read &+= first & (Self.skipFlag - 1)
            unsafe state.pointee.read.store(read, ordering: .releasing)
        }
        return unsafe AccessEntry(at: UnsafeMutableRawPointer(word(read) + 1))
    }

    /// Gives back the memory of the entry that `next` returned.
    public func consume() {
        let read = unsafe state.pointee.read.load(ordering: .relaxed)
        let written = unsafe state.pointee.written.load(ordering: .acquiring)
        precondition(read != written, "nothing to consume")
        let size = unsafe word(read).pointee
        precondition(size & Self.skipFlag == 0, "consumed what was not looked at")
        unsafe state.pointee.read.store(read &+ size, ordering: .releasing)
    }

    /// Entries that there was no room for, from any thread.
    public var droppedCount: UInt64 { unsafe state.pointee.dropped.load(ordering: .relaxed) }

    // Steps ---------------------------------------------------------------------------------

    private static func rounded(_ byteCount: Int) -> Int {
        (byteCount + wordBytes - 1) & ~(wordBytes - 1)
    }

    private func word(_ position: UInt64) -> UnsafeMutablePointer<UInt64> {
        let offset = Int(truncatingIfNeeded: position) & (capacity - 1)
        return unsafe (bytes + offset).assumingMemoryBound(to: UInt64.self)
    }

    private func countDropped() {
        let count = unsafe state.pointee.dropped.load(ordering: .relaxed)
        unsafe state.pointee.dropped.store(count &+ 1, ordering: .relaxed)
    }

    /// Looks at the reader only when the half may have been crossed by what was last seen of it.
    private func isHalfCrossed(from before: UInt64, to end: UInt64) -> Bool {
        let half = UInt64(capacity / 2)
        guard unsafe end &- state.pointee.readSeen > half else { return false }
        unsafe state.pointee.readSeen = state.pointee.read.load(ordering: .acquiring)
        return unsafe end &- state.pointee.readSeen > half
            && before &- state.pointee.readSeen <= half
    }
}
