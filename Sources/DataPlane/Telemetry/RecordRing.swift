// The way of a worker's records to the log: a ring with one writer and one reader. It never blocks
// the worker; what does not fit is counted and dropped.

internal import Synchronization

/// A bounded queue of records from one worker to the control thread. Copies are the same ring; its
/// owner deallocates it after both threads are done with it.
@safe public struct RecordRing: BitwiseCopyable, @unchecked Sendable {
    /// Records that may wait; a power of two. A control thread looks many times a second, and what
    /// repeats is worth no more than a few lines.
    public static var capacity: Int { 256 }

    /// Indexes that only grow, each on a cache line of its own.
    private struct Positions: ~Copyable {
        let written = Atomic<UInt64>(0)
        let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
            0, 0, 0, 0, 0, 0, 0
        )
        let read = Atomic<UInt64>(0)
    }

    private let positions: UnsafeMutablePointer<Positions>
    private let records: UnsafeMutablePointer<WorkerRecord>

    /// An empty ring.
    public init() {
        unsafe positions = .allocate(capacity: 1)
        unsafe positions.initialize(to: Positions())
        unsafe records = .allocate(capacity: Self.capacity)
    }

    /// Frees the ring.
    public func deallocate() {
        unsafe positions.deinitialize(count: 1)
        unsafe positions.deallocate()
        unsafe records.deallocate()
    }

    /// Adds a record; false when the ring is full. Only the worker calls it.
    public func write(_ record: WorkerRecord) -> Bool {
        let written = unsafe positions.pointee.written.load(ordering: .relaxed)
        let read = unsafe positions.pointee.read.load(ordering: .acquiring)
        guard written &- read < UInt64(Self.capacity) else { return false }
        unsafe records[Int(written) & (Self.capacity - 1)] = record
        unsafe positions.pointee.written.store(written &+ 1, ordering: .releasing)
        return true
    }

    /// Takes the oldest record, or nil. Only the control thread calls it.
    public func read() -> WorkerRecord? {
        let read = unsafe positions.pointee.read.load(ordering: .relaxed)
        let written = unsafe positions.pointee.written.load(ordering: .acquiring)
        guard read < written else { return nil }
        let record = unsafe records[Int(read) & (Self.capacity - 1)]
        unsafe positions.pointee.read.store(read &+ 1, ordering: .releasing)
        return record
    }
}
