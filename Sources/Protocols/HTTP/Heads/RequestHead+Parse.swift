// Parsing of request heads: the request line, then the fields, then what both say together.

extension RequestHead {
    /// Parses the request head that `bytes` begins with, of which `count` octets may be read. Fills
    /// `head` and as many of `fields`, which has room for `limits.fieldsMax`, as the head has.
    ///
    /// Checks come in the order of the octets, so a head in pieces is refused for the same reason
    /// as a whole one, as soon as the octet at fault is there. O(count), no allocation.
    public static func parse(
        _ bytes: UnsafePointer<UInt8>, count: Int, limits: HeadLimits,
        into head: UnsafeMutablePointer<RequestHead>, fields: UnsafeMutablePointer<HeaderField>
    ) -> Outcome {
        let end = min(count, limits.headBytesMax)
        unsafe head.initialize(to: RequestHead())
        var target = RequestTarget()
        let line = unsafe parseLine(
            bytes, to: end, targetBytesMax: limits.targetBytesMax, into: head, target: &target)
        guard !line.isStopped else { return stopped(line, count: count, limits: limits) }
        var facts = unsafe FieldFacts(isRequest: true, minorVersion: head.pointee.minorVersion)
        let section = unsafe FieldSection.parse(
            bytes, from: line.offset, to: end, fieldsMax: limits.fieldsMax, into: fields,
            facts: &facts)
        guard !section.isStopped else { return stopped(section, count: count, limits: limits) }
        unsafe head.pointee.byteCount = section.offset
        return unsafe finish(head, target: target, facts: facts, bytes).outcome
    }

    /// A head that is not whole although all the octets it may have are there is too large.
    private static func stopped(_ stop: Progress, count: Int, limits: HeadLimits) -> Outcome {
        let outcome = stop.outcome
        guard outcome == .incomplete, count >= limits.headBytesMax else { return outcome }
        return .refused(.headTooLarge)
    }

    /// Parses the request line (RFC 9112, section 3). One empty line before it is passed over
    /// (RFC 9112, section 2.2).
    @inline(__always)
    private static func parseLine(
        _ bytes: UnsafePointer<UInt8>, to end: Int, targetBytesMax: Int,
        into head: UnsafeMutablePointer<RequestHead>, target: inout RequestTarget
    ) -> Progress {
        var start = 0
        if end > 0, unsafe bytes[0] == Octet.carriageReturn {
            let empty = unsafe FieldSection.lineEnd(bytes, at: 0, to: end)
            guard !empty.isStopped else { return empty }
            start = empty.offset
        }
        var at = start
        let methodEnd = min(end, start &+ HeadLimits.methodBytesMax)
        while at < methodEnd, OctetClass.token.contains(unsafe bytes[at]) { at &+= 1 }
        guard at < end else { return .incomplete }
        guard unsafe bytes[at] == Octet.space, at > start else {
            return unsafe badMethod(bytes[at], isEmpty: at == start)
        }
        let method = unsafe Method.find(bytes + start, count: at &- start)
        unsafe head.pointee.method = method
        unsafe head.pointee.methodRange = HeadRange(from: start, to: at)

        // One octet beyond the limit is looked at, so that a target of just the limit has an end.
        let targetStart = at &+ 1
        let targetEnd = min(end, targetStart &+ targetBytesMax &+ 1)
        let stop = unsafe target.read(bytes, from: targetStart, to: targetEnd, method: method)
        guard !stop.isStopped else {
            let isWhole = targetEnd &- targetStart > targetBytesMax
            return stop.outcome == .incomplete && isWhole ? .refused(.targetTooLong) : stop
        }
        at = stop.offset
        guard unsafe bytes[at] == Octet.space, at > targetStart else {
            return unsafe badTarget(bytes[at])
        }
        unsafe head.pointee.target = HeadRange(from: targetStart, to: at)

        var minor: UInt8 = 0
        let version = unsafe VersionText.read(bytes, from: at &+ 1, to: end, minor: &minor)
        guard !version.isStopped else { return version }
        unsafe head.pointee.minorVersion = minor
        at = version.offset
        guard at < end else { return .incomplete }
        let octet = unsafe bytes[at]
        guard octet == Octet.carriageReturn else {
            return .refused(octet == Octet.lineFeed ? .bareLineFeed : .badVersion)
        }
        let line = unsafe FieldSection.lineEnd(bytes, at: at, to: end)
        guard !line.isStopped else { return line }
        guard target.form != .asterisk || method == .options else {
            return .refused(.badTargetForm)
        }
        return line
    }

    /// Why a method can't end with that octet.
    private static func badMethod(_ octet: UInt8, isEmpty: Bool) -> Progress {
        if octet == Octet.lineFeed { return .refused(.bareLineFeed) }
        return .refused(OctetClass.token.contains(octet) ? .methodTooLong : .badMethod)
    }

    /// Why a target can't end with that octet.
    private static func badTarget(_ octet: UInt8) -> Progress {
        switch octet {
        case Octet.lineFeed: return .refused(.bareLineFeed)
        case Octet.carriageReturn: return .refused(.noVersion)
        case Octet.numberSign: return .refused(.fragment)
        default: return .refused(.badTarget)
        }
    }

    /// Fills in what request line and fields say together.
    @inline(__always)
    private static func finish(
        _ head: UnsafeMutablePointer<RequestHead>, target: RequestTarget, facts: FieldFacts,
        _ bytes: UnsafePointer<UInt8>
    ) -> Progress {
        let method = unsafe head.pointee.method
        guard facts.hasHost || facts.minorVersion == 0 else { return .refused(.missingHost) }
        var authority = facts.authority
        if target.form == .absolute || target.form == .authority {
            authority = target.authority
            guard target.form == .absolute || authority.port != 0 else {
                return .refused(.badAuthority)
            }
            // CONNECT's Host may leave the port out; none is the default there.
            let defaultPort = target.form == .absolute ? target.defaultPort : authority.port
            guard
                unsafe !facts.hasHost
                    || authority.agrees(
                        with: facts.authority, defaultPort: defaultPort, in: bytes)
            else { return .refused(.hostMismatch) }
        }
        unsafe head.pointee.host = authority.host
        unsafe head.pointee.port = authority.port
        unsafe head.pointee.form = target.form
        unsafe head.pointee.path = target.path
        unsafe head.pointee.query = target.query
        unsafe head.pointee.hasQuery = target.hasQuery
        unsafe head.pointee.pathHasEscapes = target.pathHasEscapes
        unsafe head.pointee.fieldCount = facts.fieldCount

        var framing = BodyFraming.none
        if facts.isChunked { framing = .chunked }
        if facts.hasContentLength { framing = .length(facts.contentLength) }
        if method == .trace || method == .connect {
            guard framing.isEmpty else { return .refused(.unexpectedBody) }
        }
        unsafe head.pointee.framing = framing
        unsafe head.pointee.keepsAlive = facts.isPersistent
        unsafe head.pointee.expectsContinue = facts.expectsContinue && !framing.isEmpty
        // A server ignores Upgrade in HTTP/1.0 (RFC 9110, section 7.8).
        if facts.upgrades && facts.offersOthers && facts.minorVersion > 0 {
            unsafe head.pointee.wantsUpgrade = true
            unsafe head.pointee.offersHTTP2 = facts.offersHTTP2
            unsafe head.pointee.upgrade = facts.upgrade
        }
        return unsafe .at(head.pointee.byteCount)
    }
}
