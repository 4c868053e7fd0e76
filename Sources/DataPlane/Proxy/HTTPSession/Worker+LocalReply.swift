// Answers that are made here: what went wrong, redirects, and what a route answers by itself.

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Answers with a status and a page that says it.
    mutating func reply(_ session: inout Session, _ index: Int32, status: Int) {
        let rest = unsafe exchange(of: session).pointee.input
        reply(&session, index, status: status, to: nil, rest)
    }

    /// Answers with a status and a page that says it: the configuration's, or a small one in the form
    /// that the client takes.
    ///
    /// - Parameters:
    ///   - view: The request, where its head is at hand; else it is what was sent on of it.
    ///   - rest: What stands behind the head and nobody has taken.
    mutating func reply(
        _ session: inout Session, _ index: Int32, status: Int, to view: ParsedRequest?,
        _ rest: HTTPBuffer
    ) {
        let exchange = unsafe exchange(of: session)
        var rest = rest
        unsafe beginReply(exchange, status: status, &rest)
        if !mayGoOn(&session) { unsafe exchange.pointee.keepsClient = false }
        let plan = unsafe http(of: session)
        var identifier = unsafe IdentifierText(exchange.pointee.identifier)
        var wantsJSON = false
        if let request = unsafe view == nil ? sentRequest(exchange) : view {
            identifier = unsafe IdentifierText(
                exchange.pointee.identifier,
                given: plan.pointee.givenIdentifier(of: request, from: session.client))
            if let accept = unsafe request.field(.accept) {
                wantsJSON = unsafe AcceptField.prefersJSON(accept)
            }
        }
        var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
        unsafe writeReplyHead(
            &session, exchange, plan, status: status, identifier, to: &writer)
        if let page = unsafe plan.pointee.errorPage(of: status) {
            unsafe keepRest(exchange, rest)
            return sendOwn(&session, index, &writer, page.body, page.mediaType)
        }
        writer.field("Content-Type", wantsJSON ? "application/json" : "text/html; charset=utf-8")
        let body = LocalPage(
            status: status, reason: StatusText.reason(status), identifier: identifier,
            isJSON: wantsJSON)
        writer.field("Content-Length", decimal: UInt64(body.byteCount))
        writer.endLine()
        unsafe exchange.pointee.headBytes += UInt32(writer.count)
        if unsafe exchange.pointee.method != .head { body.write(to: &writer) }
        precondition(!writer.hasOverflowed, "a page of our own has no room")
        unsafe keepRest(exchange, rest)
        sendOwn(&session, index, writer.count)
    }

    /// Answers as a route says that needs no backend.
    mutating func answer(
        _ session: inout Session, _ index: Int32, _ route: UnsafePointer<RoutePlan>,
        _ view: ParsedRequest, _ rest: HTTPBuffer
    ) {
        let exchange = unsafe exchange(of: session)
        let plan = unsafe http(of: session)
        let status = unsafe Int(route.pointee.status)
        var rest = rest
        unsafe beginReply(exchange, status: status, &rest)
        var writer = unsafe HeadWriter(
            http.output, capacity: ProxyLimits.headBufferBytes)
        let identifier = unsafe IdentifierText(
            exchange.pointee.identifier,
            given: plan.pointee.givenIdentifier(of: view, from: session.client))
        unsafe writeReplyHead(
            &session, exchange, plan, status: status, identifier, to: &writer)
        // Its own edits are made as for any response.
        var source = unsafe TemplateSource(view, plan, &session, exchange)
        source.status = UInt16(status)
        if unsafe route.pointee.action == .redirect {
            writer.append("Location: ")
            unsafe source.write(route.pointee.location, to: &writer)
            writer.endLine()
        }
        unsafe source.write(route.pointee.responseEdits.0, to: &writer)
        unsafe source.write(route.pointee.responseEdits.1, to: &writer)
        guard !writer.hasOverflowed, writer.count <= Self.ownHeadBytesMax else {
            return reply(&session, index, status: 500, to: view, rest)
        }
        unsafe keepRest(exchange, rest)
        unsafe sendOwn(&session, index, &writer, route.pointee.body, route.pointee.mediaType)
    }

    /// The fields of an answer of our own have this much at most, so that those of its body fit.
    private static var ownHeadBytesMax: Int {
        ProxyLimits.headBufferBytes - ProxyLimits.headRoomBytes
    }

    /// Ends the head of an answer with what is to be said of its body, and sends both.
    private mutating func sendOwn(
        _ session: inout Session, _ index: Int32, _ writer: inout HeadWriter, _ body: PlanText,
        _ mediaType: PlanText
    ) {
        let exchange = unsafe exchange(of: session)
        // A status without content says nothing of its length (RFC 9110, section 8.6).
        let status = unsafe exchange.pointee.status
        let hasContent = status != 204 && status != 304
        if hasContent {
            if !body.isEmpty {
                writer.append("Content-Type: ")
                append(mediaType, to: &writer)
                writer.endLine()
            }
            writer.field("Content-Length", decimal: UInt64(body.count))
        }
        writer.endLine()
        precondition(!writer.hasOverflowed, "an answer of our own has no room")
        let count = writer.count
        unsafe exchange.pointee.headBytes += UInt32(count)
        guard hasContent, unsafe exchange.pointee.method != .head, let bytes = unsafe body.bytes
        else { return sendOwn(&session, index, count) }
        let first = min(ProxyLimits.headBufferBytes - count, body.count)
        unsafe writer.append(bytes, count: first)
        if first < body.count {
            unsafe exchange.pointee.response = .begun
            unsafe exchange.pointee.bodyLeft = PlanText(bytes + first, count: body.count - first)
        }
        sendOwn(&session, index, count + first)
    }

    /// Sends what the scratch buffer for heads has, and what is left of a body behind it.
    private mutating func sendOwn(_ session: inout Session, _ index: Int32, _ count: Int) {
        session.stage = .exchanging
        session.stageSince = now
        session.lastActivity = now
        let buffer = unsafe HTTPBuffer(http.output, 0..<count)
        guard sendReply(&session, index, buffer) else { return }
        carryOwn(&session, index)
    }

    /// Carries on with an answer of a route that is longer than a buffer.
    mutating func carryOwn(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        while let bytes = unsafe exchange.pointee.bodyLeft.bytes {
            let left = unsafe exchange.pointee.bodyLeft.count
            let count = min(left, ProxyLimits.headBufferBytes)
            unsafe http.output.update(from: bytes, count: count)
            unsafe exchange.pointee.bodyLeft =
                count == left ? PlanText() : PlanText(bytes + count, count: left - count)
            let buffer = unsafe HTTPBuffer(http.output, 0..<count)
            guard sendReply(&session, index, buffer) else { return }
        }
        unsafe exchange.pointee.response = .whole
        complete(&session, index)
    }

    private mutating func beginReply(
        _ exchange: UnsafeMutablePointer<Exchange>, status: Int, _ rest: inout HTTPBuffer
    ) {
        unsafe exchange.pointee.isLocal = true
        unsafe exchange.pointee.isUpgrade = false
        unsafe exchange.pointee.status = UInt16(status)
        unsafe exchange.pointee.response = .whole
        unsafe exchange.pointee.responseBody = BodyProgress()
        unsafe skipBody(exchange, &rest)
        unsafe exchange.pointee.firstByteNs = nowNs
    }

    /// Passes over a body that nobody takes, if it is here whole: the connection can go on then.
    private mutating func skipBody(
        _ exchange: UnsafeMutablePointer<Exchange>, _ rest: inout HTTPBuffer
    ) {
        guard unsafe exchange.pointee.requestBody.framing == .length else { return }
        let remaining = unsafe Int(clamping: exchange.pointee.requestBody.remaining)
        let count = min(rest.count, remaining)
        rest.start += Int32(count)
        unsafe exchange.pointee.requestBody.take(count)
        unsafe exchange.pointee.bytesReceived += UInt64(count)
        if count < remaining { unsafe exchange.pointee.keepsClient = false }
    }

    private mutating func writeReplyHead(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ plan: UnsafePointer<HTTPPlan>, status: Int, _ identifier: IdentifierText,
        to writer: inout HeadWriter
    ) {
        writer.statusLine(UInt16(status), reason: StatusText.reason(status))
        writer.append("Date: ")
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HTTPDate.count) { date in
            guard let base = date.baseAddress else { return }
            let seconds = Int64(Clock.realtimeNanoseconds / 1_000_000_000)
            unsafe HTTPDate.write(secondsSince1970: seconds, into: base)
            unsafe writer.append(base, count: HTTPDate.count)
        }
        writer.endLine()
        writer.field("Server", "sluice")
        if status == 405 { writer.field("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH") }
        if unsafe !exchange.pointee.requestBody.isOver {
            unsafe exchange.pointee.keepsClient = false
        }
        if unsafe !exchange.pointee.keepsClient {
            writer.field("Connection", "close")
        } else if unsafe exchange.pointee.isOldClient {
            writer.field("Connection", "keep-alive")
        }
        if mustTellOfTLS(&session) { writeTransportSecurity(&session, to: &writer) }
        guard !identifier.isNone else { return }
        unsafe append(plan.pointee.requestIDName, to: &writer)
        writer.append(": ")
        identifier.write(to: &writer)
        writer.endLine()
    }

    /// The head that was sent on, parsed anew, or nil.
    private mutating func sentRequest(
        _ exchange: UnsafeMutablePointer<Exchange>
    ) -> ParsedRequest? {
        guard unsafe !exchange.pointee.request.isEmpty else { return nil }
        let first = unsafe exchange.pointee.request.first
        let outcome = unsafe RequestHead.parse(
            first, count: exchange.pointee.request.count,
            limits: HeadLimits(headBytesMax: ProxyLimits.headBufferBytes), into: http.request,
            fields: http.requestFields)
        guard outcome == .complete else { return nil }
        return unsafe ParsedRequest(first, http.request, http.requestFields, path: http.path)
    }
}
