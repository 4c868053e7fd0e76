// Parsing of response heads, as strictly as requests: a backend that is misread is a hole as well.

extension ResponseHead {
    /// Parses the response head that `bytes` begins with, of which `count` octets may be read.
    /// Fills `head` and as many of `fields`, which has room for `limits.fieldsMax`, as the head has.
    ///
    /// Checks come in the order of the octets, as with requests. O(count), no allocation.
    ///
    /// - Parameter requestMethod: of the request that it answers, on which hangs whether there is a
    ///   body.
    public static func parse(
        _ bytes: UnsafePointer<UInt8>, count: Int, limits: HeadLimits, requestMethod: Method,
        into head: UnsafeMutablePointer<ResponseHead>, fields: UnsafeMutablePointer<HeaderField>
    ) -> Outcome {
        let end = min(count, limits.headBytesMax)
        unsafe head.initialize(to: ResponseHead())
        let line = unsafe parseLine(bytes, to: end, into: head)
        guard !line.isStopped else { return stopped(line, count: count, limits: limits) }
        var facts = unsafe FieldFacts(isRequest: false, minorVersion: head.pointee.minorVersion)
        let section = unsafe FieldSection.parse(
            bytes, from: line.offset, to: end, fieldsMax: limits.fieldsMax, into: fields,
            facts: &facts)
        guard !section.isStopped else { return stopped(section, count: count, limits: limits) }
        unsafe head.pointee.byteCount = section.offset
        return unsafe finish(head, facts: facts, requestMethod: requestMethod).outcome
    }

    /// A head that is not whole although all the octets it may have are there is too large.
    private static func stopped(_ stop: Progress, count: Int, limits: HeadLimits) -> Outcome {
        let outcome = stop.outcome
        guard outcome == .incomplete, count >= limits.headBytesMax else { return outcome }
        return .refused(.headTooLarge)
    }

    /// Parses the status line (RFC 9112, section 4). The space before an empty reason may be
    /// missing, as it is from some servers; nothing else can be meant.
    @inline(__always)
    private static func parseLine(
        _ bytes: UnsafePointer<UInt8>, to end: Int, into head: UnsafeMutablePointer<ResponseHead>
    ) -> Progress {
        var minor: UInt8 = 0
        let version = unsafe VersionText.read(bytes, from: 0, to: end, minor: &minor)
        guard !version.isStopped else { return version }
        unsafe head.pointee.minorVersion = minor
        var at = version.offset
        guard at < end else { return .incomplete }
        guard unsafe bytes[at] == Octet.space else { return .refused(.badVersion) }
        at &+= 1
        var status: UInt16 = 0
        for index in 0..<3 {
            guard at < end else { return .incomplete }
            let digit = unsafe bytes[at] &- Octet.zero
            guard digit < 10, index > 0 || digit > 0 else { return .refused(.badStatus) }
            status = status &* 10 &+ UInt16(digit)
            at &+= 1
        }
        unsafe head.pointee.status = status
        guard at < end else { return .incomplete }
        var reasonStart = at
        if unsafe bytes[at] == Octet.space {
            reasonStart = at &+ 1
            at = unsafe FieldSection.valueEnd(bytes, from: reasonStart, to: end)
        } else if unsafe bytes[at] != Octet.carriageReturn {
            return unsafe .refused(
                bytes[at] == Octet.lineFeed ? .bareLineFeed : .badStatus)
        }
        unsafe head.pointee.reason = HeadRange(from: reasonStart, to: at)
        let line = unsafe FieldSection.lineEnd(bytes, at: at, to: end)
        guard line.outcome == .refused(.badFieldValue) else { return line }
        return .refused(.badReason)
    }

    /// Fills in what status line, fields and request say together (RFC 9112, section 6.3).
    @inline(__always)
    private static func finish(
        _ head: UnsafeMutablePointer<ResponseHead>, facts: FieldFacts, requestMethod: Method
    ) -> Progress {
        let status = unsafe head.pointee.status
        var framing = BodyFraming.untilClose
        if facts.isChunked { framing = .chunked }
        if facts.hasContentLength { framing = .length(facts.contentLength) }
        if status < 200 || status == 204 {
            // `Content-Length: 0` is common here and can't be misread; more than that can.
            guard framing.isEmpty || framing == .untilClose else {
                return .refused(.unexpectedBody)
            }
            framing = .none
        } else if status == 304 || requestMethod == .head {
            framing = .none
        }
        // What follows 2xx to CONNECT is the tunnel's, whatever the fields say.
        let isTunnel = requestMethod == .connect && status / 100 == 2
        if isTunnel { framing = .none }
        unsafe head.pointee.framing = framing
        unsafe head.pointee.fieldCount = facts.fieldCount
        unsafe head.pointee.upgrade = facts.upgrade
        unsafe head.pointee.keepAliveTimeoutSeconds = facts.keepAliveSeconds
        let endsConnection = framing == .untilClose || isTunnel || status == 101
        unsafe head.pointee.keepsAlive = facts.isPersistent && !endsConnection
        return unsafe .at(head.pointee.byteCount)
    }
}
