// What exchanges need of a worker: buffers, and places where heads are read and written. All of it is
// for the present moment; what an exchange keeps it takes over.

internal import Compression
internal import Containers
internal import HTTP
internal import Linux

/// Buffers and scratch memory for the exchanges of one worker.
@safe struct HTTPWorkspace: ~Copyable {
    var buffers: BufferPool
    /// Where bytes are received. An exchange that keeps them takes the buffer, and another takes its
    /// place; the same goes for `output`.
    private(set) var input: UnsafeMutablePointer<UInt8>
    /// Where heads are written.
    private(set) var output: UnsafeMutablePointer<UInt8>
    /// The head of the request that is looked at, and its fields.
    let request: UnsafeMutablePointer<RequestHead>
    let requestFields: UnsafeMutablePointer<HeaderField>
    /// The same of the response.
    let response: UnsafeMutablePointer<ResponseHead>
    let responseFields: UnsafeMutablePointer<HeaderField>
    /// A path without its escapes.
    let path: UnsafeMutablePointer<UInt8>
    /// Compress responses.
    var compressors = GzipStreams(keptMax: ProxyLimits.compressorsKept)
    /// Makes identifiers of requests.
    var identifiers: RequestIdentifier.Source

    init() {
        buffers = BufferPool(
            bufferBytes: ProxyLimits.headBufferBytes, keptMax: ProxyLimits.buffersKept,
            madeAhead: ProxyLimits.buffersMadeAhead)
        unsafe input = Self.memory(ProxyLimits.headBufferBytes)
        unsafe output = Self.memory(ProxyLimits.headBufferBytes)
        unsafe request = .allocate(capacity: 1)
        unsafe request.initialize(to: RequestHead())
        unsafe response = .allocate(capacity: 1)
        unsafe response.initialize(to: ResponseHead())
        let limits = HeadLimits()
        unsafe requestFields = .allocate(capacity: limits.fieldsMax)
        unsafe responseFields = .allocate(capacity: limits.fieldsMax)
        unsafe path = .allocate(capacity: limits.targetBytesMax)
        identifiers = RequestIdentifier.Source()
    }

    deinit {
        unsafe UnsafeMutableRawPointer(input).deallocate()
        unsafe UnsafeMutableRawPointer(output).deallocate()
        unsafe request.deallocate()
        unsafe response.deallocate()
        unsafe requestFields.deallocate()
        unsafe responseFields.deallocate()
        unsafe path.deallocate()
    }

    /// Makes the exchange the owner of a buffer that may be a scratch buffer.
    mutating func keep(_ buffer: HTTPBuffer) {
        if unsafe buffer.memory == input {
            unsafe input = takeBuffer()
        } else if unsafe buffer.memory == output {
            unsafe output = takeBuffer()
        }
    }

    /// The same bytes where more can be received behind them: moved to the beginning of their buffer
    /// when they stand far behind it, but for `room` bytes.
    mutating func withRoom(_ buffer: HTTPBuffer, behind room: Int = 0) -> HTTPBuffer {
        guard Int(buffer.start) > room, Int(buffer.end) > ProxyLimits.headBufferBytes / 2,
            let memory = unsafe buffer.memory
        else { return buffer }
        unsafe (memory + room).update(from: buffer.first, count: buffer.count)
        return unsafe HTTPBuffer(memory, room..<room + buffer.count)
    }

    /// Gives back a buffer that an exchange has, if it has it. Scratch buffers stay.
    mutating func release(_ buffer: inout HTTPBuffer) {
        if let memory = unsafe buffer.memory, unsafe memory != input, unsafe memory != output {
            unsafe buffers.give(UnsafeMutableRawPointer(memory))
        }
        buffer = HTTPBuffer()
    }

    private mutating func takeBuffer() -> UnsafeMutablePointer<UInt8> {
        unsafe buffers.take().assumingMemoryBound(to: UInt8.self)
    }

    /// Like a buffer of the pool, for which it is exchanged.
    private static func memory(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
            .bindMemory(to: UInt8.self, capacity: count)
    }
}
