// The head of a request as the backend gets it: without what was meant for this connection alone,
// with what tells of the client and of the way here.

internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Writes the request's head for the backend. False when it has no room for what is to be added.
    mutating func writeRequest(
        _ session: inout Session, _ view: ParsedRequest, _ route: UnsafePointer<RoutePlan>,
        _ prefixLength: Int
    ) -> Bool {
        let exchange = unsafe exchange(of: session)
        let plan = unsafe http(of: session)
        let head = unsafe view.head
        var writer = unsafe HeadWriter(
            http.output, capacity: HeadLimits().headBytesMax + ProxyLimits.headRoomBytes)
        unsafe writer.append(head.pointee.methodRange, of: view.bytes)
        writer.append(Ascii.space)
        unsafe writeTarget(view, route, prefixLength, to: &writer)
        writer.append(" HTTP/1.1\r\n")
        let isTrusted = unsafe plan.pointee.trusts(session.client)
        unsafe copyFields(view, plan, route, isTrusted: isTrusted, to: &writer)
        // A client of HTTP/1.0 may name no host; the backend is promised one.
        if unsafe view.field(.host) == nil {
            writer.append("Host: ")
            appendAuthority(view, to: &writer)
            writer.endLine()
        }
        switch unsafe head.pointee.framing {
        case .chunked: writer.field("Transfer-Encoding", "chunked")
        default: break
        }
        if unsafe head.pointee.wantsUpgrade {
            writer.append("Connection: upgrade\r\nUpgrade: ")
            if unsafe head.pointee.offersHTTP2 {
                unsafe UpgradeProtocols.write(head.pointee.upgrade, of: view.bytes, to: &writer)
            } else {
                unsafe writer.append(head.pointee.upgrade, of: view.bytes)
            }
            writer.endLine()
        }
        unsafe tellOfClient(&session, view, plan, isTrusted: isTrusted, to: &writer)
        unsafe identify(&session, exchange, view, plan, to: &writer)
        let source = unsafe TemplateSource(view, plan, &session, exchange)
        unsafe source.write(route.pointee.requestEdits.0, to: &writer)
        unsafe source.write(route.pointee.requestEdits.1, to: &writer)
        let count = writer.finish()
        guard count > 0 else { return false }
        unsafe exchange.pointee.request = HTTPBuffer(http.output, 0..<count)
        unsafe http.keep(exchange.pointee.request)
        return true
    }

    /// Writes the target in origin form, its path changed as the route wants it.
    private mutating func writeTarget(
        _ view: ParsedRequest, _ route: UnsafePointer<RoutePlan>, _ prefixLength: Int,
        to writer: inout HeadWriter
    ) {
        let head = unsafe view.head
        guard unsafe head.pointee.form == .origin || head.pointee.form == .absolute else {
            return unsafe writer.append(head.pointee.target, of: view.bytes)
        }
        let path = unsafe head.pointee.path
        if path.isEmpty, unsafe head.pointee.method == .options {
            return writer.append("*")
        }
        // The path as it came, unless it is cut: where a prefix ends is known of the decoded one.
        switch unsafe route.pointee.rewrite {
        case .none: unsafe writer.append(path, of: view.bytes)
        case .add:
            unsafe append(route.pointee.rewriteText, to: &writer)
            unsafe writer.append(path, of: view.bytes)
        case .strip, .replace:
            let text = unsafe route.pointee.rewriteText
            let isStrip = unsafe route.pointee.rewrite == .strip
            let cut = isStrip ? prefixOf(view, text) : prefixLength
            let rest = unsafe UnsafeBufferPointer(rebasing: view.path[min(cut, view.path.count)...])
            if !isStrip { append(text, to: &writer) }
            let isRooted = unsafe rest.first == Ascii.slash
            let hasEnd = !isStrip && !text.isEmpty
            if !isRooted && !(rest.isEmpty && hasEnd) { writer.append(Ascii.slash) }
            if let base = rest.baseAddress { unsafe writer.append(base, count: rest.count) }
        }
        if path.isEmpty, unsafe route.pointee.rewrite == .none { writer.append(Ascii.slash) }
        if unsafe head.pointee.hasQuery {
            writer.append(Ascii.question)
            unsafe writer.append(head.pointee.query, of: view.bytes)
        }
    }

    /// The length of `text` when the path begins with it and a segment ends there, else 0.
    private mutating func prefixOf(_ view: ParsedRequest, _ text: PlanText) -> Int {
        guard let bytes = unsafe text.bytes, unsafe view.path.count >= text.count else { return 0 }
        for index in 0..<text.count where unsafe view.path[index] != bytes[index] { return 0 }
        let isWhole =
            unsafe view.path.count == text.count || view.path[text.count] == Ascii.slash
        return isWhole ? text.count : 0
    }

    /// Passes the fields on that are not for this connection alone and that nothing takes the place
    /// of.
    private mutating func copyFields(
        _ view: ParsedRequest, _ plan: UnsafePointer<HTTPPlan>, _ route: UnsafePointer<RoutePlan>,
        isTrusted: Bool, to writer: inout HeadWriter
    ) {
        let count = unsafe view.head.pointee.fieldCount
        var runs = unsafe FieldRuns(
            view.bytes, view.fields, count: count, headBytes: view.head.pointee.byteCount)
        let hasEdits =
            unsafe route.pointee.requestEdits.0.removedCount > 0
            || route.pointee.requestEdits.1.removedCount > 0
        let affinity = unsafe route.pointee.upstream?.pointee.affinity
        for index in 0..<count {
            let field = unsafe view.fields[index]
            let isKept =
                switch field.known {
                case .other: !field.isNominated
                // Written anew, with the client behind those before it; what they say counts of the
                // trusted only.
                case .xForwardedFor: unsafe isTrusted && !plan.pointee.writesXForwarded
                case .forwarded: unsafe isTrusted && !plan.pointee.writesForwarded
                case .xForwardedProto, .xForwardedHost, .xForwardedPort, .xRealIP: isTrusted
                case .trailer: false
                default: !field.isHopByHop
                }
            if isKept, unsafe !isForgedIdentifier(field, view, plan, isTrusted: isTrusted),
                unsafe !hasEdits || !isRemoved(field, view.bytes, route)
            {
                guard let affinity = unsafe affinity, unsafe hasOwnCookie(field, view, affinity)
                else {
                    runs.keep(index)
                    continue
                }
                runs.skip(index, &writer)
                unsafe writeOtherCookies(field, view, affinity, to: &writer)
            } else {
                runs.skip(index, &writer)
            }
        }
        runs.finish(&writer)
    }

    /// True for a field that would identify the request, of somebody who may not.
    @inline(__always) private mutating func isForgedIdentifier(
        _ field: HeaderField, _ view: ParsedRequest, _ plan: UnsafePointer<HTTPPlan>,
        isTrusted: Bool
    ) -> Bool {
        let name = unsafe plan.pointee.requestIDName
        guard Int(field.name.count) == name.count, let bytes = unsafe name.bytes else {
            return false
        }
        guard unsafe !(isTrusted && plan.pointee.trustsRequestID) else { return false }
        return unsafe FieldText.isEqual(
            view.bytes + Int(field.name.start), count: name.count, to: bytes, count: name.count)
    }

    /// True for a field that the listener or the route takes away or sets.
    private mutating func isRemoved(
        _ field: HeaderField, _ bytes: UnsafePointer<UInt8>, _ route: UnsafePointer<RoutePlan>
    ) -> Bool {
        unsafe route.pointee.requestEdits.0.removes(field, bytes)
            || route.pointee.requestEdits.1.removes(field, bytes)
    }

    /// Tells the backend whom the request comes from (RFC 7239) and which way (RFC 9110, section
    /// 7.6.3).
    private mutating func tellOfClient(
        _ session: inout Session, _ view: ParsedRequest, _ plan: UnsafePointer<HTTPPlan>,
        isTrusted: Bool, to writer: inout HeadWriter
    ) {
        if unsafe plan.pointee.writesXForwarded {
            writeXForwarded(&session, view, isTrusted: isTrusted, to: &writer)
        }
        if unsafe plan.pointee.writesForwarded {
            writeForwarded(&session, view, isTrusted: isTrusted, to: &writer)
        }
        if unsafe !plan.pointee.via.isEmpty {
            writer.append("Via: 1.")
            writer.append(Ascii.zero + (unsafe view.head.pointee.minorVersion))
            writer.append(Ascii.space)
            unsafe append(plan.pointee.via, to: &writer)
            writer.endLine()
        }
    }

    private mutating func writeXForwarded(
        _ session: inout Session, _ view: ParsedRequest, isTrusted: Bool,
        to writer: inout HeadWriter
    ) {
        let hasEarlier = unsafe isTrusted && view.field(.xForwardedFor) != nil
        if session.client.family != .none || hasEarlier {
            writer.append("X-Forwarded-For: ")
            if hasEarlier { appendValues(of: .xForwardedFor, view, to: &writer) }
            if hasEarlier && session.client.family != .none { writer.append(", ") }
            session.client.write(to: &writer, isBracketed: false)
            writer.endLine()
        }
        if unsafe !isTrusted || view.field(.xForwardedProto) == nil {
            writer.field("X-Forwarded-Proto", session.isEncrypted ? "https" : "http")
        }
        if unsafe !isTrusted || view.field(.xForwardedHost) == nil, namesHost(view) {
            writer.append("X-Forwarded-Host: ")
            appendHost(view, to: &writer)
            writer.endLine()
        }
        if session.serverPort > 0, unsafe !isTrusted || view.field(.xForwardedPort) == nil {
            writer.field("X-Forwarded-Port", decimal: UInt64(session.serverPort))
        }
    }

    private mutating func writeForwarded(
        _ session: inout Session, _ view: ParsedRequest, isTrusted: Bool,
        to writer: inout HeadWriter
    ) {
        writer.append("Forwarded: ")
        if isTrusted, unsafe view.field(.forwarded) != nil {
            appendValues(of: .forwarded, view, to: &writer)
            writer.append(", ")
        }
        writer.append("for=")
        switch session.client.family {
        case .none: writer.append("unknown")
        case .ipv4: session.client.write(to: &writer, isBracketed: false)
        case .ipv6:
            writer.append(Ascii.quote)
            session.client.write(to: &writer, isBracketed: true)
            writer.append(Ascii.quote)
        }
        if unsafe !view.host.isEmpty {
            writer.append(";host=\"")
            appendHost(view, to: &writer)
            writer.append(Ascii.quote)
        }
        writer.append(session.isEncrypted ? ";proto=https\r\n" : ";proto=http\r\n")
    }

    /// True when the request says which host it is for, be that of no name.
    private mutating func namesHost(_ view: ParsedRequest) -> Bool {
        unsafe !view.host.isEmpty || view.field(.host) != nil
    }

    /// Appends the host that the request is for, as Host has it, or else the target.
    private mutating func appendHost(_ view: ParsedRequest, to writer: inout HeadWriter) {
        guard let host = unsafe view.field(.host) else {
            return appendAuthority(view, to: &writer)
        }
        if let base = host.baseAddress { unsafe writer.append(base, count: host.count) }
    }

    /// Appends the host and the port that the request is for.
    private mutating func appendAuthority(_ view: ParsedRequest, to writer: inout HeadWriter) {
        let head = unsafe view.head
        unsafe writer.append(head.pointee.host, of: view.bytes)
        guard case let port = unsafe head.pointee.port, port > 0 else { return }
        writer.append(Ascii.colon)
        writer.appendDecimal(UInt64(port))
    }

    /// Appends the values of all fields of a name as one list (RFC 9110, section 5.3).
    private mutating func appendValues(
        of name: FieldName, _ view: ParsedRequest, to writer: inout HeadWriter
    ) {
        var isFirst = true
        for index in 0..<(unsafe view.head.pointee.fieldCount)
        where unsafe view.fields[index].known == name {
            if !isFirst { writer.append(", ") }
            unsafe writer.append(view.fields[index].value, of: view.bytes)
            isFirst = false
        }
    }

    /// Gives the request an identifier, unless it has one that counts.
    private mutating func identify(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>, _ view: ParsedRequest,
        _ plan: UnsafePointer<HTTPPlan>, to writer: inout HeadWriter
    ) {
        guard unsafe identify(&session, exchange, view, plan) else { return }
        unsafe append(plan.pointee.requestIDName, to: &writer)
        writer.append(": ")
        unsafe exchange.pointee.identifier.write(to: &writer)
        writer.endLine()
    }

    /// Gives the request an identifier, unless it has one that counts. True when it was given one.
    @discardableResult mutating func identify(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>, _ view: ParsedRequest,
        _ plan: UnsafePointer<HTTPPlan>
    ) -> Bool {
        guard unsafe !plan.pointee.requestIDName.isEmpty else { return false }
        if let known = unsafe plan.pointee.givenIdentifier(of: view, from: session.client) {
            unsafe addIdentifier(exchange, known)
            return false
        }
        unsafe exchange.pointee.identifier = http.identifiers.next()
        unsafe addIdentifier(exchange, nil)
        return true
    }

    /// Appends text of the configuration.
    mutating func append(_ text: PlanText, to writer: inout HeadWriter) {
        if let bytes = unsafe text.bytes { unsafe writer.append(bytes, count: text.count) }
    }
}
