// The records that a hello comes in (RFC 8446, section 5.1): where it ends, and its octets without
// the headers between. Nothing of the message is looked at but its own header.

/// A pass over the records at the start of a stream.
struct HelloRecords: BitwiseCopyable {
    /// Octets of a record's header: type, version, length.
    @inline(__always)
    static var headerBytes: Int { 5 }

    /// Octets of the message's header: type and length (RFC 8446, section 4).
    @inline(__always)
    static var messageHeaderBytes: Int { 4 }

    /// Octets of the records that were passed, with their headers.
    private(set) var byteCount = 0
    /// Octets of the message in them.
    private(set) var messageCount = 0
    /// How many records they were.
    private(set) var recordCount = 0
    /// Octets that the message has, with its header. Before that is known, the fewest it can have.
    private var wanted = ClientHelloLimits.messageBytesMin
    /// The message's header, as far as it was read.
    private var header: UInt32 = 0
    private var headerCount = 0

    /// Passes over records until the hello is whole.
    ///
    /// What is found wrong doesn't depend on how many octets beyond it are there. O(records).
    mutating func find(_ bytes: UnsafePointer<UInt8>, count: Int) -> HelloProgress {
        let end = min(count, ClientHelloLimits.streamBytesMax)
        while messageCount < wanted {
            let progress = unsafe passRecord(bytes, to: end)
            guard progress == .done else { return progress }
        }
        assert(headerCount == Self.messageHeaderBytes && messageCount == wanted)
        return .done
    }

    /// Passes over the record that begins at `byteCount`.
    private mutating func passRecord(
        _ bytes: UnsafePointer<UInt8>, to end: Int
    ) -> HelloProgress {
        let start = unsafe bytes + byteCount
        let left = end &- byteCount
        // Both can be told before the header is whole.
        if left > 0, unsafe start[0] != HelloPreface.handshake {
            return .refused(.unexpectedRecord)
        }
        if left > 1, unsafe start[1] != 3 { return .refused(.badRecordVersion) }
        guard left >= Self.headerBytes else {
            return .incomplete(
                atLeast: byteCount &+ Self.headerBytes &+ wanted &- messageCount)
        }
        let fragmentCount = unsafe Int(start[3]) << 8 | Int(start[4])
        guard fragmentCount > 0 else { return .refused(.emptyRecord) }
        guard fragmentCount <= ClientHelloLimits.fragmentBytesMax else {
            return .refused(.recordTooLong)
        }
        let recordEnd = byteCount &+ Self.headerBytes &+ fragmentCount
        guard recordEnd <= ClientHelloLimits.streamBytesMax else { return .refused(.tooLong) }

        let present = min(fragmentCount, left &- Self.headerBytes)
        let refusal = unsafe readHeader(start + Self.headerBytes, count: present)
        if let refusal { return .refused(refusal) }
        let isKnown = headerCount == Self.messageHeaderBytes
        let after = messageCount &+ fragmentCount
        guard !isKnown || after <= wanted else { return .refused(.excessData) }
        // Whatever is missing then takes one more record at least.
        let needed = after < wanted ? recordEnd &+ Self.headerBytes &+ wanted &- after : recordEnd
        guard needed <= ClientHelloLimits.streamBytesMax else { return .refused(.tooLong) }
        guard recordEnd <= end else { return .incomplete(atLeast: needed) }
        byteCount = recordEnd
        messageCount = after
        recordCount &+= 1
        return .done
    }

    /// Reads what is missing of the message's header from the octets of a fragment that are there.
    private mutating func readHeader(
        _ fragment: UnsafePointer<UInt8>, count: Int
    ) -> ClientHelloRefusal? {
        guard headerCount < Self.messageHeaderBytes else { return nil }
        var offset = 0
        while offset < count, headerCount < Self.messageHeaderBytes {
            header = header << 8 | UInt32(unsafe fragment[offset])
            if headerCount == 0, header != 1 { return .notClientHello }
            headerCount &+= 1
            offset &+= 1
        }
        guard headerCount == Self.messageHeaderBytes else { return nil }
        let message = Int(header & 0xFF_FFFF) &+ Self.messageHeaderBytes
        guard message >= ClientHelloLimits.messageBytesMin else { return .badLength }
        wanted = message
        return nil
    }

    /// Copies the message together, which has `messageCount` octets. Only when it is whole.
    func copy(_ bytes: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        precondition(messageCount == wanted && wanted <= ClientHelloLimits.scratchBytes)
        var offset = 0
        var filled = 0
        while offset < byteCount {
            let count = unsafe Int(bytes[offset &+ 3]) << 8 | Int(bytes[offset &+ 4])
            unsafe (target + filled).update(from: bytes + offset + Self.headerBytes, count: count)
            filled &+= count
            offset &+= Self.headerBytes &+ count
        }
        assert(filled == messageCount && offset == byteCount)
    }
}
