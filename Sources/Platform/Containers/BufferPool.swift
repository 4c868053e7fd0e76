// Buffers of one size that sessions borrow while bytes wait in them. An idle session has none.

/// Buffers of `bufferBytes` each, made on demand and kept for the next borrower. One thread uses
/// it. `take` and `give` allocate nothing once as many buffers exist as are in use at one time.
@safe public struct BufferPool: ~Copyable {
    /// The size of each buffer.
    public let bufferBytes: Int
    /// Free buffers kept at most; what comes back beyond is freed.
    private let keptMax: Int
    private let kept: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private var keptCount = 0
    /// Buffers that are with a borrower.
    public private(set) var borrowedCount = 0

    /// A pool that keeps up to `keptMax` free buffers, of which it has `madeAhead` from the start.
    public init(bufferBytes: Int, keptMax: Int, madeAhead: Int = 0) {
        precondition(bufferBytes > 0 && keptMax > 0 && (0...keptMax).contains(madeAhead))
        self.bufferBytes = bufferBytes
        self.keptMax = keptMax
        unsafe kept = .allocate(capacity: keptMax)
        for index in 0..<madeAhead {
            unsafe kept[index] = .allocate(byteCount: bufferBytes, alignment: 64)
        }
        keptCount = madeAhead
    }

    deinit {
        precondition(borrowedCount == 0, "a buffer is still borrowed")
        for index in 0..<keptCount { unsafe kept[index].deallocate() }
        unsafe kept.deallocate()
    }

    /// Borrows a buffer of undefined content.
    public mutating func take() -> UnsafeMutableRawPointer {
        borrowedCount += 1
        guard keptCount == 0 else {
            keptCount -= 1
            return unsafe kept[keptCount]
        }
        return .allocate(byteCount: bufferBytes, alignment: 64)
    }

    /// Returns a buffer.
    public mutating func give(_ buffer: UnsafeMutableRawPointer) {
        precondition(borrowedCount > 0)
        borrowedCount -= 1
        guard keptCount < keptMax else {
            unsafe buffer.deallocate()
            return
        }
        unsafe kept[keptCount] = buffer
        keptCount += 1
    }
}
