// Counters without locks: one thread adds, any thread reads. Nothing here names what is counted.

internal import Synchronization

/// A row of counters with one writer. Copies are the same row; a `CounterTable` owns it.
@safe public struct CounterRow: BitwiseCopyable, @unchecked Sendable {
    private let cells: UnsafeMutablePointer<UInt64>

    init(_ cells: UnsafeMutablePointer<UInt64>) { unsafe self.cells = unsafe cells }

    /// Adds to a counter. Only the row's thread may: it is a load and a store, not a locked add.
    public func add(_ cell: Int, _ amount: UInt64 = 1) {
        let counter = unsafe atomic(cell)
        let value = unsafe counter.pointee.load(ordering: .relaxed)
        unsafe counter.pointee.store(value &+ amount, ordering: .relaxed)
    }

    /// Takes one from what goes up and down. Only the row's thread may.
    public func takeOne(_ cell: Int) {
        let counter = unsafe atomic(cell)
        let value = unsafe counter.pointee.load(ordering: .relaxed)
        precondition(value > 0, "fewer than none")
        unsafe counter.pointee.store(value - 1, ordering: .relaxed)
    }

    /// Reads a counter, from any thread.
    public func value(_ cell: Int) -> UInt64 {
        unsafe atomic(cell).pointee.load(ordering: .relaxed)
    }

    /// The cell as an atomic, which has the layout of the integer it holds (SE-0410).
    private func atomic(_ cell: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe UnsafeMutableRawPointer(cells + cell).assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}
