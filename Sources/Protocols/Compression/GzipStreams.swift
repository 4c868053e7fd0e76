// Compressors that responses borrow. A bounded number exists at a time, and few are kept when
// none is needed.

/// The gzip streams of one worker. It alone uses them.
@safe public struct GzipStreams: ~Copyable {
    private let bytesMax: Int
    private let keptMax: Int
    private let kept: UnsafeMutablePointer<GzipStream>
    private var keptCount = 0
    private var measuredBytes = 0
    /// Streams that are with a borrower.
    public private(set) var borrowedCount = 0

    /// Streams of at most `bytesMax` bytes together, of which up to `keptMax` wait for the next
    /// borrower. zlib is not touched before the first is taken.
    public init(bytesMax: Int, keptMax: Int) {
        precondition(bytesMax >= 0 && keptMax > 0)
        self.bytesMax = bytesMax
        self.keptMax = keptMax
        unsafe kept = .allocate(capacity: keptMax)
    }

    deinit {
        precondition(borrowedCount == 0, "a stream is still borrowed")
        for index in 0..<keptCount { unsafe kept[index].deallocate() }
        unsafe kept.deallocate()
    }

    /// Borrows a stream at its beginning; nil when another would take too much memory. Allocates
    /// when none was kept.
    public mutating func take() -> GzipStream? {
        if keptCount > 0 {
            keptCount -= 1
            borrowedCount += 1
            return unsafe kept[keptCount]
        }
        if measuredBytes == 0 { measuredBytes = GzipStream.measure() }
        guard (borrowedCount + 1) * measuredBytes <= bytesMax else { return nil }
        borrowedCount += 1
        return GzipStream(byteCount: measuredBytes)
    }

    /// Returns a stream, in whatever state it is.
    public mutating func give(_ stream: GzipStream) {
        precondition(borrowedCount > 0)
        borrowedCount -= 1
        guard keptCount < keptMax else {
            stream.deallocate()
            return
        }
        stream.reset()
        unsafe kept[keptCount] = stream
        keptCount += 1
    }
}
