// Compressors that responses borrow. A bounded number exists at a time, and few are kept when
// none is needed.

/// The gzip streams of one worker. It alone uses them, for all its listeners, each of which has a
/// bound of its own.
@safe public struct GzipStreams: ~Copyable {
    private let keptMax: Int
    private let kept: UnsafeMutablePointer<GzipStream>
    private var keptCount = 0
    private var measuredBytes = 0
    /// Streams that are with a borrower.
    public private(set) var borrowedCount = 0

    /// No streams yet; up to `keptMax` will wait for the next borrower. zlib is not touched before
    /// the first is taken.
    public init(keptMax: Int) {
        precondition(keptMax > 0)
        self.keptMax = keptMax
        unsafe kept = .allocate(capacity: keptMax)
    }

    deinit {
        precondition(borrowedCount == 0, "a stream is still borrowed")
        for index in 0..<keptCount { unsafe kept[index].deallocate() }
        unsafe kept.deallocate()
    }

    /// Borrows a stream at its beginning for somebody who has `count` already, and may have streams of
    /// `bytesMax` bytes together; nil when another would be too much. Allocates when none was kept.
    public mutating func take(besides count: Int, bytesMax: Int, level: Int) -> GzipStream? {
        precondition(count >= 0 && count <= borrowedCount)
        if measuredBytes == 0 { measuredBytes = GzipStream.measure() }
        guard (count + 1) * measuredBytes <= bytesMax else { return nil }
        borrowedCount += 1
        let stream: GzipStream
        if keptCount > 0 {
            keptCount -= 1
            stream = unsafe kept[keptCount]
        } else {
            stream = GzipStream(byteCount: measuredBytes)
        }
        stream.setLevel(level)
        return stream
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
