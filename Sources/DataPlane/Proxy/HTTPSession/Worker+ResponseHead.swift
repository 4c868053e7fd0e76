// The head of a response as the client gets it.

internal import HTTP
internal import Linux

extension Worker {
    /// Writes the head of a backend's response for the client, but for the empty line.
    mutating func writeFields(
        to writer: inout HeadWriter, _ session: inout Session,
        _ exchange: UnsafeMutablePointer<Exchange>, _ bytes: UnsafePointer<UInt8>,
        _ head: UnsafePointer<ResponseHead>,
        _ fields: UnsafePointer<HeaderField>, isFinal: Bool
    ) {
        unsafe writer.statusLine(head.pointee.status, reason: head.pointee.reason, of: bytes)
        let route = unsafe exchange.pointee.route
        let hasEdits = unsafe isFinal && route?.pointee.hasResponseEdits ?? false
        let isCompressed = unsafe isFinal && exchange.pointee.compressor != nil
        let tellsOfTLS = isFinal && mustTellOfTLS(&session)
        if hasEdits || isCompressed || tellsOfTLS {
            unsafe copyChanged(
                bytes, head, fields, route, isCompressed: isCompressed, tellsOfTLS: tellsOfTLS,
                to: &writer)
        } else {
            let count = unsafe head.pointee.fieldCount
            var runs = unsafe FieldRuns(
                bytes, fields, count: count, headBytes: head.pointee.byteCount)
            for index in 0..<count {
                if unsafe isKept(fields[index]) {
                    runs.keep(index)
                } else {
                    runs.skip(index, &writer)
                }
            }
            runs.finish(&writer)
        }
        guard isFinal else { return }
        let isChunked = unsafe exchange.pointee.responseBody.framing == .chunked
        if isCompressed { writer.field("Content-Encoding", "gzip") }
        if isCompressed || (isChunked && !(unsafe exchange.pointee.isOldClient)) {
            writer.field("Transfer-Encoding", "chunked")
        }
        if unsafe exchange.pointee.addsVary { writer.field("Vary", "Accept-Encoding") }
        if tellsOfTLS { writeTransportSecurity(&session, to: &writer) }
        unsafe writeConnection(exchange, bytes, head, to: &writer)
        let response = unsafe FieldValues(
            bytes: bytes, fields: fields, count: head.pointee.fieldCount)
        unsafe writeAffinity(&session, exchange, response, to: &writer)
        guard hasEdits, let route = unsafe route else { return }
        unsafe writeEdits(&session, exchange, bytes, head, fields, route, to: &writer)
    }

    /// True for a field that is not for the backend's connection alone.
    @inline(__always) private mutating func isKept(_ field: HeaderField) -> Bool {
        field.known == .trailer ? false : !field.isHopByHop
    }

    /// Passes the fields on of a response that is changed. Of one that is compressed, the entity tag is
    /// of something alike from now on, not of the same bytes (RFC 9110, section 8.8.3).
    @inline(never) private mutating func copyChanged(
        _ bytes: UnsafePointer<UInt8>, _ head: UnsafePointer<ResponseHead>,
        _ fields: UnsafePointer<HeaderField>, _ route: UnsafePointer<RoutePlan>?,
        isCompressed: Bool, tellsOfTLS: Bool, to writer: inout HeadWriter
    ) {
        let count = unsafe head.pointee.fieldCount
        var runs = unsafe FieldRuns(
            bytes, fields, count: count, headBytes: head.pointee.byteCount)
        for index in 0..<count {
            let field = unsafe fields[index]
            guard isKept(field), unsafe !isRemoved(field, bytes, route),
                !isCompressed || !field.known.isOfPlainBody,
                !tellsOfTLS || !(unsafe isTransportSecurity(field, bytes))
            else {
                runs.skip(index, &writer)
                continue
            }
            guard isCompressed, unsafe isStrongTag(field, bytes) else {
                runs.keep(index)
                continue
            }
            runs.skip(index, &writer)
            writer.append("ETag: W/")
            unsafe writer.append(field.value, of: bytes)
            writer.endLine()
        }
        runs.finish(&writer)
    }

    /// True where the client is to be told to come by TLS only.
    @inline(__always) mutating func mustTellOfTLS(_ session: inout Session) -> Bool {
        session.isEncrypted && (unsafe !http(of: session).pointee.hsts.isEmpty)
    }

    /// Tells the client to come by TLS only (RFC 6797, section 7.1).
    mutating func writeTransportSecurity(
        _ session: inout Session, to writer: inout HeadWriter
    ) {
        writer.append("Strict-Transport-Security: ")
        append(unsafe http(of: session).pointee.hsts, to: &writer)
        writer.endLine()
    }

    private mutating func isTransportSecurity(
        _ field: HeaderField, _ bytes: UnsafePointer<UInt8>
    ) -> Bool {
        let name: StaticString = "strict-transport-security"
        return unsafe FieldText.isEqual(
            bytes + Int(field.name.start), count: Int(field.name.count), to: name.utf8Start,
            count: name.utf8CodeUnitCount)
    }

    private mutating func isStrongTag(
        _ field: HeaderField, _ bytes: UnsafePointer<UInt8>
    ) -> Bool {
        unsafe field.known == .etag && !field.value.isEmpty
            && bytes[Int(field.value.start)] != UInt8(ascii: "W")
    }

    /// Tells the client what becomes of its connection, where that is not what it takes for
    /// granted (RFC 9112, section 9.3).
    private mutating func writeConnection(
        _ exchange: UnsafeMutablePointer<Exchange>, _ bytes: UnsafePointer<UInt8>,
        _ head: UnsafePointer<ResponseHead>, to writer: inout HeadWriter
    ) {
        if unsafe exchange.pointee.isUpgrade {
            guard unsafe head.pointee.isUpgrade else { return }
            writer.field("Connection", "upgrade")
            guard unsafe !head.pointee.upgrade.isMissing else { return }
            writer.append("Upgrade: ")
            unsafe writer.append(head.pointee.upgrade, of: bytes)
            writer.endLine()
        } else if unsafe !exchange.pointee.keepsClient {
            writer.field("Connection", "close")
        } else if unsafe exchange.pointee.isOldClient {
            writer.field("Connection", "keep-alive")
        }
    }

    private mutating func isRemoved(
        _ field: HeaderField, _ bytes: UnsafePointer<UInt8>, _ route: UnsafePointer<RoutePlan>?
    ) -> Bool {
        guard let route = unsafe route else { return false }
        return unsafe route.pointee.responseEdits.0.removes(field, bytes)
            || route.pointee.responseEdits.1.removes(field, bytes)
    }

    private mutating func writeEdits(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ bytes: UnsafePointer<UInt8>,
        _ head: UnsafePointer<ResponseHead>, _ fields: UnsafePointer<HeaderField>,
        _ route: UnsafePointer<RoutePlan>, to writer: inout HeadWriter
    ) {
        var source = unsafe TemplateSource(
            original(exchange), http(of: session), &session, exchange)
        unsafe source.status = head.pointee.status
        unsafe source.backend = session.upstreamPlan.pointee.backends[Int(session.backend)].name
        unsafe source.response = FieldValues(
            bytes: bytes, fields: fields, count: head.pointee.fieldCount)
        unsafe source.write(route.pointee.responseEdits.0, to: &writer)
        unsafe source.write(route.pointee.responseEdits.1, to: &writer)
    }

    /// The request's head as it came, where it was kept for this.
    private mutating func original(_ exchange: UnsafeMutablePointer<Exchange>) -> ParsedRequest? {
        guard unsafe !exchange.pointee.original.isEmpty else { return nil }
        let first = unsafe exchange.pointee.original.first
        let outcome = unsafe RequestHead.parse(
            first, count: exchange.pointee.original.count, limits: HeadLimits(),
            into: http.request, fields: http.requestFields)
        precondition(outcome == .complete, "a head that was whole is whole")
        return unsafe ParsedRequest(first, http.request, http.requestFields, path: http.path)
    }
}

extension FieldName {
    /// What it says is of a body that has another length now, and no parts that can be asked for.
    fileprivate var isOfPlainBody: Bool { self == .contentLength || self == .acceptRanges }
}
