// One row of counters for each worker, on cache lines of its own, so that workers which count the
// same thing never wait for each other.

internal import Glibc

/// What all workers counted of one thing. Copies are the same table; its owner deallocates it when
/// no worker can count any more.
@safe public struct CounterTable: BitwiseCopyable, @unchecked Sendable {
    private let cells: UnsafeMutablePointer<UInt64>
    private let stride: Int32
    /// How many rows there are.
    public let rowCount: Int32

    /// Zeroes for `rowCount` writers of `cellCount` counters each. Memory is touched when counted
    /// in.
    public init(rowCount: Int, cellCount: Int) {
        precondition(rowCount > 0 && cellCount > 0)
        let cacheLine = 64
        let stride = (cellCount * 8 + cacheLine - 1) / cacheLine * (cacheLine / 8)
        var memory: UnsafeMutableRawPointer?
        let result = unsafe posix_memalign(&memory, cacheLine, rowCount * stride * 8)
        precondition(result == 0, "out of memory")
        unsafe cells = memory!.bindMemory(to: UInt64.self, capacity: rowCount * stride)
        unsafe cells.initialize(repeating: 0, count: rowCount * stride)
        self.stride = Int32(stride)
        self.rowCount = Int32(rowCount)
    }

    /// Frees the memory.
    public func deallocate() { unsafe free(cells) }

    /// The counters of one writer.
    public func row(_ index: Int) -> CounterRow {
        precondition(index >= 0 && index < Int(rowCount))
        return unsafe CounterRow(cells + index * Int(stride))
    }

    /// A counter summed over all writers. Each is read on its own: the sum is of no single moment.
    public func sum(_ cell: Int) -> UInt64 {
        var total: UInt64 = 0
        for index in 0..<Int(rowCount) { total &+= row(index).value(cell) }
        return total
    }
}
