// A piece of a compressed body as it goes out: one chunk, with a response's head before it or the end
// of the body behind it, in one run of bytes.

internal import HTTP

/// Room for one chunk whose size is known when it is full: its line is put in front of it then.
@safe struct CompressedPiece: BitwiseCopyable {
    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// The head that stands at the beginning, or 0.
    private let headBytes: Int
    /// Compressed bytes.
    private(set) var count = 0

    /// The longest line of a chunk: four digits and CRLF.
    private static var lineBytesMax: Int { 6 }
    /// CRLF, and the last chunk with the empty line behind it.
    private static var endBytesMax: Int { 7 }
    /// A piece with less room than this is full.
    private static var roomMin: Int { 1024 }

    /// A piece in `capacity` bytes, of which the first `headBytes` are written.
    init(_ memory: UnsafeMutablePointer<UInt8>, capacity: Int, headBytes: Int = 0) {
        precondition(capacity <= 0xFFFF)
        precondition(headBytes >= 0 && headBytes + 2 * Self.roomMin < capacity)
        unsafe self.memory = unsafe memory
        self.capacity = capacity
        self.headBytes = headBytes
    }

    /// Where compressed bytes are to be written next.
    var free: UnsafeMutablePointer<UInt8> {
        unsafe memory + headBytes + Self.lineBytesMax + count
    }

    /// How many there is room for.
    var room: Int { capacity - headBytes - Self.lineBytesMax - Self.endBytesMax - count }

    /// It is to be sent before more is compressed.
    var isFull: Bool { room < Self.roomMin }

    /// Takes note of bytes that were written.
    mutating func add(_ more: Int) {
        precondition(more >= 0 && more <= room)
        count += more
    }

    /// Frames what there is: where all of it stands, which is nowhere when there is nothing.
    func seal(isLast: Bool) -> HTTPBuffer {
        let dataStart = headBytes + Self.lineBytesMax
        var start = dataStart
        var end = dataStart + count
        if count > 0 {
            let digits = (64 - UInt64(count).leadingZeroBitCount + 3) / 4
            start -= digits + 2
            var line = unsafe HeadWriter(memory + start, capacity: digits + 2)
            line.appendHexadecimal(UInt64(count))
            line.endLine()
            assert(line.count == digits + 2 && !line.hasOverflowed)
        }
        var tail = unsafe HeadWriter(memory + end, capacity: Self.endBytesMax)
        if count > 0 { tail.endLine() }
        if isLast { tail.append("0\r\n\r\n") }
        assert(!tail.hasOverflowed)
        end += tail.count
        // What a short line leaves free lies between head and chunk.
        unsafe (memory + start - headBytes).update(from: memory, count: headBytes)
        return unsafe HTTPBuffer(memory, start - headBytes..<end)
    }
}
