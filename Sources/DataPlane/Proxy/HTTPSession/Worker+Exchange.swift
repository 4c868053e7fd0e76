// The beginning of an exchange: with the whole head of a request, which takes a route. It ends in
// `Worker+ExchangeEnd.swift`.

internal import Containers
internal import HTTP
internal import Routing
internal import Synchronization
internal import Telemetry

extension Worker {
    /// Begins the exchange of the request whose head is at the beginning of `buffer` and was parsed
    /// into the workspace.
    mutating func beginExchange(_ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer) {
        bringUpToDate(&session)
        let exchange = unsafe startExchange(&session)
        if session.exchangeCount < .max { session.exchangeCount += 1 }
        let head = unsafe http.request
        unsafe exchange.pointee.take(head)
        unsafe exchange.pointee.bytesReceived = UInt64(head.pointee.byteCount)
        unsafe noteBegun(&session, exchange)
        let plan = unsafe http(of: session)
        let isLast =
            unsafe plan.pointee.requestsMax > 0 && session.exchangeCount >= plan.pointee.requestsMax
        if isLast || !mayGoOn(&session) { unsafe exchange.pointee.keepsClient = false }

        var rest = buffer
        rest.start += Int32(unsafe head.pointee.byteCount)
        let view = unsafe ParsedRequest(buffer.first, head, http.requestFields, path: http.path)
        if unsafe plan.pointee.compression != nil {
            unsafe exchange.pointee.takesGzip = takesGzip(view)
        }
        unsafe exchange.pointee.client = unsafe client(of: &session, view, plan)
        unsafe beginAccess(&session, exchange, view)
        unsafe follow(&session, index, exchange, view, &rest)
    }

    /// Finds the route of a request and does what it says. `rest` is what stands behind the head.
    @inline(__always) private mutating func follow(
        _ session: inout Session, _ index: Int32, _ exchange: UnsafeMutablePointer<Exchange>,
        _ view: ParsedRequest, _ rest: inout HTTPBuffer
    ) {
        let plan = unsafe http(of: session)
        if unsafe exchange.pointee.method == .connect, unsafe !plan.pointee.allowsConnect {
            unsafe identify(&session, exchange, view, plan)
            return reply(&session, index, status: 405, to: view, rest)
        }
        let match = unsafe plan.pointee.routeCount > 0 ? plan.pointee.table.match(view) : .none
        guard match.index >= 0 || (unsafe plan.pointee.hasFallback) else {
            unsafe exchange.pointee.reason = .noRoute
            unsafe identify(&session, exchange, view, plan)
            return reply(&session, index, status: EndReason.noRoute.status, to: view, rest)
        }
        let place = match.index >= 0 ? Int(match.index) : unsafe plan.pointee.routeCount
        let route = unsafe plan.pointee.routes + place
        unsafe exchange.pointee.route = unsafe route
        unsafe noteRoute(route)
        guard let upstream = unsafe route.pointee.upstream else {
            unsafe identify(&session, exchange, view, plan)
            unsafe answer(&session, index, route, view, rest)
            return
        }
        guard unsafe writeRequest(&session, view, route, Int(match.prefixLength)) else {
            unsafe exchange.pointee.reason = .requestRefused
            unsafe exchange.pointee.refusal = .headTooLarge
            return reply(
                &session, index, status: Int(Refusal.headTooLarge.status), to: view, rest)
        }
        if unsafe route.pointee.keepsHead { unsafe keepOriginal(exchange, view) }
        unsafe session.plan = unsafe upstream
        session.key = unsafe key(of: view, &session, upstream)
        unsafe noteAffinity(exchange, view, upstream)
        session.tried = TriedBackends()
        session.reason = .noBackend
        let isSound = unsafe appendBody(exchange, &rest)
        unsafe keepRest(exchange, rest)
        guard isSound else {
            unsafe exchange.pointee.reason = .requestRefused
            return unsafe reply(&session, index, status: refusedStatus(exchange))
        }
        unsafe depositRetry(upstream)
        connect(&session, index)
    }

    /// Keeps the head as it came, for when the response's is written.
    private mutating func keepOriginal(
        _ exchange: UnsafeMutablePointer<Exchange>, _ view: ParsedRequest
    ) {
        let count = unsafe view.head.pointee.byteCount
        let memory = unsafe http.buffers.take().assumingMemoryBound(to: UInt8.self)
        unsafe memory.update(from: view.bytes, count: count)
        unsafe exchange.pointee.original = HTTPBuffer(memory, 0..<count)
    }

    /// Lets what has come of a body travel with the head, as far as there is room. False when it
    /// is none.
    private mutating func appendBody(
        _ exchange: UnsafeMutablePointer<Exchange>, _ rest: inout HTTPBuffer
    ) -> Bool {
        guard !rest.isEmpty, let memory = unsafe exchange.pointee.request.memory else {
            return true
        }
        let end = unsafe Int(exchange.pointee.request.end)
        let space = ProxyLimits.headBufferBytes - end
        switch unsafe exchange.pointee.requestBody.framing {
        case .none, .untilClose: return true
        case .length:
            let remaining = unsafe Int(clamping: exchange.pointee.requestBody.remaining)
            let count = min(rest.count, remaining, space)
            unsafe (memory + end).update(from: rest.first, count: count)
            unsafe exchange.pointee.request.end += Int32(count)
            unsafe exchange.pointee.requestBody.take(count)
            unsafe exchange.pointee.bytesReceived += UInt64(count)
            rest.start += Int32(count)
            return true
        case .chunked:
            let count = min(rest.count, space - ChunkFrames.growthMax)
            guard count > 0 else { return true }
            var writer = unsafe HeadWriter(memory + end, capacity: space)
            let outcome = unsafe ChunkFrames.rewrite(
                rest.first, count: count, &exchange.pointee.requestBody.decoder, to: &writer,
                isFramed: true)
            precondition(!writer.hasOverflowed, "chunks grew more than they may")
            unsafe exchange.pointee.request.end += Int32(writer.count)
            unsafe exchange.pointee.bytesReceived += UInt64(outcome.taken)
            rest.start += Int32(outcome.taken)
            if outcome.hasEnded { unsafe exchange.pointee.requestBody = BodyProgress() }
            unsafe exchange.pointee.refusal = outcome.refusal
            return outcome.refusal == nil
        }
    }

    /// Keeps what stands behind a head, if there is anything.
    mutating func keepRest(_ exchange: UnsafeMutablePointer<Exchange>, _ rest: HTTPBuffer) {
        guard !rest.isEmpty else { return unsafe http.release(&exchange.pointee.input) }
        if unsafe exchange.pointee.input.memory != rest.memory { http.keep(rest) }
        unsafe exchange.pointee.input = rest
    }

    /// The session goes by the present snapshot from its next exchange on.
    mutating func bringUpToDate(_ session: inout Session) {
        guard let present = unsafe snapshot, unsafe session.snapshot != present else { return }
        guard let listener = unsafe present.pointee.listener(session.listener.pointee.state),
            unsafe listener.pointee.http != nil
        else { return }
        unsafe move(&session, to: present, listener: listener)
    }

    /// True when the client's connection may serve more requests after this one.
    mutating func mayGoOn(_ session: inout Session) -> Bool {
        guard phase == .accepting, let present = unsafe snapshot else { return false }
        // A listener of that name may speak something else by now.
        if unsafe session.snapshot != present {
            let listener = unsafe present.pointee.listener(session.listener.pointee.state)
            guard unsafe listener?.pointee.http != nil else { return false }
        }
        return unsafe session.listener.pointee.state.pointee.endsAtMs.load(ordering: .relaxed) == 0
    }
}
