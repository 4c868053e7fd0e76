// How long things took, by worker: rows of buckets that are merged by adding, so that what all
// workers saw together is as exact as what each saw.

internal import Glibc

/// The durations of one thing, recorded by several writers. Copies are the same histogram; its
/// owner deallocates it when no worker can record any more.
@safe public struct LatencyHistogram: BitwiseCopyable, @unchecked Sendable {
    /// What calloc(3) gave.
    private let allocation: UnsafeMutableRawPointer
    /// The first row, on a cache line's start.
    private let cells: UnsafeMutablePointer<UInt64>
    /// How many rows there are.
    public let rowCount: Int32

    private static var cacheLine: Int { 64 }

    /// From a row to the next one, in cells: each row is on cache lines of its own.
    private static var stride: Int {
        let cellsPerLine = cacheLine / 8
        return (LatencyRow.cellCount + cellsPerLine - 1) / cellsPerLine * cellsPerLine
    }

    /// An empty histogram for `rowCount` writers: 2.4 KB of address space each. The zeroes are the
    /// kernel's where calloc(3) can have it so; a row's memory is touched only around what it
    /// records.
    public init(rowCount: Int) {
        precondition(rowCount > 0)
        let byteCount = rowCount * Self.stride * 8
        guard let memory = unsafe calloc(1, byteCount + Self.cacheLine) else {
            preconditionFailure("out of memory")
        }
        unsafe allocation = memory
        unsafe cells = memory.alignedUp(toMultipleOf: Self.cacheLine)
            .bindMemory(to: UInt64.self, capacity: byteCount / 8)
        self.rowCount = Int32(rowCount)
    }

    /// Frees the memory.
    public func deallocate() { unsafe free(allocation) }

    /// Where one writer records.
    public func row(_ index: Int) -> LatencyRow {
        precondition(index >= 0 && index < Int(rowCount))
        return LatencyRow(unsafe CounterRow(cells + index * Self.stride))
    }

    /// What all writers recorded until now. Each cell is read on its own: the reading is of no
    /// single moment, but what it says of itself agrees. For the control thread: it allocates.
    public func read() -> LatencyReading {
        var reading = LatencyReading()
        for index in 0..<Int(rowCount) { reading.add(row(index)) }
        return reading
    }
}
