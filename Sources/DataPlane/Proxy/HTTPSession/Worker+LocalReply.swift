// Answers that are made here: what went wrong, redirects, and what a route answers by itself.

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Answers with a status and a small page that says it, in the form that the client takes.
    mutating func reply(_ session: inout Session, _ index: Int32, status: Int) {
        let exchange = unsafe exchange(of: session)
        unsafe beginReply(exchange, status: status)
        if !mayGoOn(&session) { unsafe exchange.pointee.keepsClient = false }
        let reason = StatusText.reason(status)
        let wantsJSON = unsafe prefersJSON(exchange)
        var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
        unsafe writeReplyHead(exchange, status: status, to: &writer)
        writer.field("Content-Type", wantsJSON ? "application/json" : "text/html; charset=utf-8")
        let body = LocalPage(
            status: status, reason: reason, identifier: unsafe exchange.pointee.identifier,
            isJSON: wantsJSON)
        writer.field("Content-Length", decimal: UInt64(body.byteCount))
        writer.endLine()
        if unsafe exchange.pointee.method != .head { body.write(to: &writer) }
        precondition(!writer.hasOverflowed, "a page of our own has no room")
        sendOwn(&session, index, writer.count)
    }

    /// Answers as a route says that needs no backend.
    mutating func answer(
        _ session: inout Session, _ index: Int32, _ route: UnsafePointer<RoutePlan>,
        _ view: ParsedRequest, _ rest: HTTPBuffer
    ) {
        let exchange = unsafe exchange(of: session)
        let status = unsafe Int(route.pointee.status)
        // Before anything looks for the body there.
        unsafe keepRest(exchange, rest)
        unsafe beginReply(exchange, status: status)
        var writer = unsafe HeadWriter(
            http.output, capacity: ProxyLimits.headBufferBytes)
        // Its own edits are made as for any response.
        unsafe writeReplyHead(exchange, status: status, to: &writer)
        var source = unsafe TemplateSource(
            request: view, client: exchange.pointee.client, peer: session.client,
            serverPort: session.serverPort, identifier: exchange.pointee.identifier)
        source.status = UInt16(status)
        if unsafe route.pointee.action == .redirect {
            writer.append("Location: ")
            unsafe source.write(route.pointee.location, to: &writer)
            writer.endLine()
        }
        unsafe source.write(route.pointee.responseEdits.0, to: &writer)
        unsafe source.write(route.pointee.responseEdits.1, to: &writer)
        let body = unsafe route.pointee.body
        // A status without content says nothing of its length (RFC 9110, section 8.6).
        let hasContent = status != 204 && status != 304
        if hasContent {
            if !body.isEmpty {
                writer.append("Content-Type: ")
                unsafe append(route.pointee.mediaType, to: &writer)
                writer.endLine()
            }
            writer.field("Content-Length", decimal: UInt64(body.count))
        }
        writer.endLine()
        let count = writer.count
        guard !writer.hasOverflowed else {
            unsafe exchange.pointee.response = .awaited
            return reply(&session, index, status: 500)
        }
        guard hasContent, unsafe exchange.pointee.method != .head, let bytes = unsafe body.bytes
        else { return sendOwn(&session, index, count) }
        let space = ProxyLimits.headBufferBytes - count
        let first = min(space, body.count)
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

    private mutating func beginReply(_ exchange: UnsafeMutablePointer<Exchange>, status: Int) {
        unsafe exchange.pointee.isLocal = true
        unsafe exchange.pointee.isUpgrade = false
        unsafe exchange.pointee.status = UInt16(status)
        unsafe exchange.pointee.response = .whole
        unsafe exchange.pointee.responseBody = BodyProgress()
        unsafe skipBody(exchange)
        unsafe exchange.pointee.firstByteNs = nowNs
    }

    /// Passes over a body that nobody takes, if it is here whole: the connection can go on then.
    private mutating func skipBody(_ exchange: UnsafeMutablePointer<Exchange>) {
        guard unsafe exchange.pointee.requestBody.framing == .length else { return }
        let remaining = unsafe Int(clamping: exchange.pointee.requestBody.remaining)
        if unsafe exchange.pointee.input.count >= remaining {
            unsafe exchange.pointee.input.start += Int32(remaining)
            unsafe exchange.pointee.requestBody = BodyProgress()
        } else {
            unsafe exchange.pointee.keepsClient = false
        }
    }

    private mutating func writeReplyHead(
        _ exchange: UnsafeMutablePointer<Exchange>, status: Int, to writer: inout HeadWriter
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
        if unsafe !exchange.pointee.identifier.isNone {
            writer.append("X-Request-Id: ")
            unsafe exchange.pointee.identifier.write(to: &writer)
            writer.endLine()
        }
    }

    /// True when the client asks for JSON and not for HTML (RFC 9110, section 12.5.1). What was sent
    /// on has its Accept.
    private mutating func prefersJSON(_ exchange: UnsafeMutablePointer<Exchange>) -> Bool {
        guard unsafe !exchange.pointee.request.isEmpty else { return false }
        let outcome = unsafe RequestHead.parse(
            exchange.pointee.request.first, count: exchange.pointee.request.count,
            limits: HeadLimits(headBytesMax: ProxyLimits.headBufferBytes), into: http.request,
            fields: http.requestFields)
        guard outcome == .complete else { return false }
        let view = unsafe ParsedRequest(
            exchange.pointee.request.first, http.request, http.requestFields, path: http.path)
        guard let accept = unsafe view.field(.accept) else { return false }
        return unsafe AcceptField.prefersJSON(accept)
    }
}
