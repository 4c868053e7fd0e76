// Parsing of a ClientHello: the records, then the message, as far as its extensions.

extension ClientHello {
    /// Parses the ClientHello that a stream of TLS begins with, of which `count` octets may be read
    /// at `bytes`, as they were received or peeked at.
    ///
    /// It may come in any number of records. O(count), no allocation; a hello in one record is
    /// not copied.
    ///
    /// - Parameter scratch: room for `ClientHelloLimits.scratchBytes`, apart from `bytes`. It
    ///   holds the server name afterwards, and all of a hello that came in several records.
    public static func parse(
        _ bytes: UnsafePointer<UInt8>, count: Int, scratch: UnsafeMutablePointer<UInt8>
    ) -> ClientHelloOutcome {
        switch unsafe HelloPreface.check(bytes, count: count) {
        case .done: break
        case .incomplete(let least): return .incomplete(atLeast: least)
        case .refused(let refusal): return .refused(refusal)
        }
        var records = HelloRecords()
        switch unsafe records.find(bytes, count: count) {
        case .done: break
        case .incomplete(let least):
            assert(least > count)
            return .incomplete(atLeast: least)
        case .refused(let refusal): return .refused(refusal)
        }
        var hello = ClientHello(byteCount: records.byteCount)
        let refusal: ClientHelloRefusal?
        if records.recordCount == 1 {
            let message = unsafe bytes + HelloRecords.headerBytes
            refusal = unsafe hello.read(message, count: records.messageCount, scratch: scratch)
        } else {
            unsafe records.copy(bytes, to: scratch)
            refusal = unsafe hello.read(scratch, count: records.messageCount, scratch: scratch)
        }
        if let refusal { return .refused(refusal) }
        return .complete(hello)
    }

    /// Reads a whole message with its header. It may be in the scratch itself.
    private mutating func read(
        _ message: UnsafePointer<UInt8>, count: Int, scratch: UnsafeMutablePointer<UInt8>
    ) -> ClientHelloRefusal? {
        let octets = unsafe UnsafeBufferPointer(start: message, count: count)
        var body = unsafe HelloReader(octets)
        body.skip(HelloRecords.messageHeaderBytes)
        legacyVersion = UInt16(truncatingIfNeeded: body.number16())
        // A higher one than any is for the server to answer with its own (RFC 5246, appendix E.1).
        guard legacyVersion >= 0x0300 else { return .badVersion }
        body.skip(32)
        let session = body.vector8()
        guard session.left <= 32 else { return .badSession }
        let suites = body.vector16()
        guard !body.hasFailed else { return .badLength }
        guard suites.left > 0, suites.left & 1 == 0 else { return .badCipherSuites }
        var methods = body.vector8()
        guard !body.hasFailed else { return .badLength }
        var hasNone = false
        while methods.left > 0 { if methods.number8() == 0 { hasNone = true } }
        guard hasNone else { return .badCompressionMethods }
        // Before TLS 1.3 a hello could do without.
        guard body.left > 0 else { return nil }
        let extensions = body.vector16()
        guard body.isDone else { return .badLength }
        return unsafe read(extensions: extensions, of: message, scratch: scratch)
    }
}
