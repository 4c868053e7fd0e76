// One response being compressed (RFC 1952) by zlib. All memory is taken when the stream is made;
// from then on it only computes, so that it may run for each event.

internal import CZlib

/// A gzip compressor. Copies are the same stream; whoever made it deallocates it.
///
/// It is small rather than strong: a window of 8 KiB and 70 KB in all, where zlib's defaults take
/// 268 KB and gain 1 to 2 % of the input.
@safe public struct GzipStream: BitwiseCopyable {
    private let state: UnsafeMutablePointer<State>

    /// The beginning of the stream's memory; zlib's follows it.
    @safe private struct State {
        var zlib = unsafe z_stream()
        /// What zlib has not been given yet.
        var free: UnsafeMutableRawPointer
        var end: UnsafeMutableRawPointer
        var isFinished = false
    }

    /// Room that each call has at least: a flush is not lost track of when its few bytes fit.
    public static var outputBytesMin: Int { 16 }

    /// zlib's fastest, which a stream begins with; higher levels cost several times as much for a few
    /// percent.
    private static var level: Int32 { 1 }
    /// Two to the power of this is the window; 16 more asks for gzip's head and check.
    private static var windowBits: Int32 { 13 + 16 }
    /// The size of zlib's hash table and of its pending output.
    private static var memoryLevel: Int32 { 6 }
    private static var alignment: Int { 64 }
    /// Input beyond is left for the next call.
    private static var callBytesMax: Int { 1 << 30 }

    /// A stream in `byteCount` bytes, which `measure` tells.
    public init(byteCount: Int) {
        let stateBytes = Self.aligned(MemoryLayout<State>.size)
        precondition(byteCount > stateBytes)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: Self.alignment)
        unsafe state = memory.bindMemory(to: State.self, capacity: 1)
        unsafe state.initialize(
            to: State(free: memory + stateBytes, end: memory + byteCount))
        unsafe state.pointee.zlib.opaque = memory
        unsafe state.pointee.zlib.zalloc = { memory, items, size in
            let state = unsafe memory!.assumingMemoryBound(to: State.self)
            let count = GzipStream.aligned(Int(items) * Int(size))
            guard unsafe count <= state.pointee.end - state.pointee.free else { return nil }
            defer { unsafe state.pointee.free += count }
            return unsafe state.pointee.free
        }
        unsafe state.pointee.zlib.zfree = { _, _ in }
        let result = unsafe Self.begin(&state.pointee.zlib)
        precondition(result == Z_OK, "zlib is not what it was when it was measured")
    }

    /// Frees the stream.
    public func deallocate() {
        unsafe _ = deflateEnd(&state.pointee.zlib)
        unsafe UnsafeMutableRawPointer(state).deallocate()
    }

    /// The bytes of a stream, by asking the zlib that is loaded: versions differ.
    public static func measure() -> Int {
        var total = aligned(MemoryLayout<State>.size)
        unsafe withUnsafeMutablePointer(to: &total) { total in
            // Its address is in what zlib keeps, so it has to stay where it is.
            let zlib = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            defer { unsafe zlib.deallocate() }
            unsafe zlib.initialize(to: z_stream())
            unsafe zlib.pointee.opaque = UnsafeMutableRawPointer(total)
            unsafe zlib.pointee.zalloc = { total, items, size in
                let count = GzipStream.aligned(Int(items) * Int(size))
                unsafe total!.assumingMemoryBound(to: Int.self).pointee += count
                return .allocate(byteCount: count, alignment: GzipStream.alignment)
            }
            unsafe zlib.pointee.zfree = { _, memory in unsafe memory?.deallocate() }
            let result = unsafe begin(zlib)
            precondition(result == Z_OK, "zlib is of a version that was not compiled against")
            unsafe _ = deflateEnd(zlib)
        }
        return total
    }

    /// Takes up another response, whatever became of the last. Clears some 16 KiB.
    public func reset() {
        let result = unsafe deflateReset(&state.pointee.zlib)
        precondition(result == Z_OK)
        unsafe state.pointee.isFinished = false
    }

    /// Compresses by another of zlib's levels, 1 to 9, from now on. The stream must be at its
    /// beginning.
    public func setLevel(_ level: Int) {
        precondition((1...9).contains(level))
        precondition(unsafe state.pointee.zlib.total_in == 0, "the stream has begun")
        let result = unsafe deflateParams(&state.pointee.zlib, Int32(level), Z_DEFAULT_STRATEGY)
        precondition(result == Z_OK)
    }

    /// Compresses some of the input into the room there is, at least `outputBytesMin`.
    ///
    /// Once `finish` was asked for, nothing else may be until the stream is done; then it is to be
    /// reset.
    public func compress(
        _ input: UnsafePointer<UInt8>?, count: Int, into output: UnsafeMutablePointer<UInt8>,
        capacity: Int, flush: GzipFlush
    ) -> GzipProgress {
        precondition(count >= 0 && capacity >= Self.outputBytesMin)
        precondition(unsafe !state.pointee.isFinished, "the stream is at its end")
        let given = min(count, Self.callBytesMax)
        let room = min(capacity, Self.callBytesMax)
        // A flush is of all input: none is asked for while some has to be left.
        let purpose = given < count ? Z_NO_FLUSH : Self.word(flush)
        unsafe state.pointee.zlib.next_in = input
        unsafe state.pointee.zlib.avail_in = UInt32(given)
        unsafe state.pointee.zlib.next_out = output
        unsafe state.pointee.zlib.avail_out = UInt32(room)
        let result = unsafe deflate(&state.pointee.zlib, purpose)
        // "No progress was possible" is no error: there was nothing left to do.
        precondition(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR)
        let left = unsafe Int(state.pointee.zlib.avail_in)
        let roomLeft = unsafe Int(state.pointee.zlib.avail_out)
        unsafe state.pointee.zlib.next_in = nil
        unsafe state.pointee.zlib.next_out = nil
        let consumed = given - left
        let isDone: Bool
        switch flush {
        case .none: isDone = consumed == count
        // When the room is used up there may be more to come, and zlib does not say.
        case .sync: isDone = consumed == count && roomLeft > 0
        case .finish: isDone = result == Z_STREAM_END
        }
        unsafe state.pointee.isFinished = result == Z_STREAM_END
        return GzipProgress(consumed: consumed, produced: room - roomLeft, isDone: isDone)
    }

    private static func word(_ flush: GzipFlush) -> Int32 {
        switch flush {
        case .none: Z_NO_FLUSH
        case .sync: Z_SYNC_FLUSH
        case .finish: Z_FINISH
        }
    }

    /// What `deflateInit2` says, which is a macro.
    private static func begin(_ zlib: UnsafeMutablePointer<z_stream>) -> Int32 {
        unsafe deflateInit2_(
            zlib, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
    }

    private static func aligned(_ byteCount: Int) -> Int {
        (byteCount + alignment - 1) & ~(alignment - 1)
    }
}
