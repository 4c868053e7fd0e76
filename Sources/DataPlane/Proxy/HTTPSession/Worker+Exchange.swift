// The life of an exchange: it begins with the whole head of a request, takes a route, and ends when
// its response is with the client or has failed.

internal import Balancing
internal import Containers
internal import HTTP
internal import Linux
internal import Routing
internal import Synchronization
internal import Telemetry

extension Worker {
    // Beginning -----------------------------------------------------------------------------

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

    /// What the balancer hashes of a request.
    private mutating func key(
        of view: ParsedRequest, _ session: inout Session, _ upstream: UnsafePointer<UpstreamPlan>
    ) -> UInt64 {
        let client = unsafe exchange(of: session).pointee.client
        let text: UnsafeBufferPointer<UInt8>?
        let name = unsafe UnsafeBufferPointer(
            start: upstream.pointee.keyName.bytes, count: upstream.pointee.keyName.count)
        switch unsafe upstream.pointee.key {
        case .sourceAddress: return client.key(withPort: false)
        case .sourceAddressAndPort: return client.key(withPort: true)
        case .listener: return unsafe session.listener.pointee.key
        case .host: unsafe text = view.host
        case .path: unsafe text = view.path
        case .field: unsafe text = unsafe view.field(named: name)
        case .cookie: unsafe text = unsafe view.cookie(named: name)
        case .parameter: unsafe text = unsafe view.parameter(named: name)
        }
        // Those that lack it are spread by their clients.
        guard let text = unsafe text, !text.isEmpty else {
            return client.key(withPort: false)
        }
        return unsafe BalancingHash.hash(bytes: UnsafeRawBufferPointer(text))
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

    // Ending --------------------------------------------------------------------------------

    /// No backend answers: the client is told why, or sees that its response is cut.
    mutating func failExchange(_ session: inout Session, _ index: Int32, _ reason: EndReason) {
        if session.stage == .queued { leaveQueue(&session, index) }
        leaveBackend(&session)
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.reason = reason
        unsafe http.release(&exchange.pointee.partial)
        // Half an interim response may be on its way: nothing can be said behind it.
        guard unsafe exchange.pointee.response == .awaited && exchange.pointee.reply.isEmpty,
            reason.status > 0
        else {
            return cut(&session, index, reason)
        }
        let isRefused = reason == .requestRefused
        unsafe reply(&session, index, status: isRefused ? refusedStatus(exchange) : reason.status)
    }

    /// The status for a request that was refused: its cause may have one of its own.
    private mutating func refusedStatus(_ exchange: UnsafeMutablePointer<Exchange>) -> Int {
        unsafe Int(exchange.pointee.refusal?.status ?? UInt16(EndReason.requestRefused.status))
    }

    /// Ends a session in the middle of a response, so that the client can tell: one whose length
    /// it knows is short, and one that would end with the connection is reset.
    mutating func cut(_ session: inout Session, _ index: Int32, _ reason: EndReason) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.reason = reason
        let framing = unsafe exchange.pointee.responseBody.framing
        let isOld = unsafe exchange.pointee.isOldClient
        // What is compressed goes out in chunks, whatever it came in.
        if framing == .untilClose || framing == .chunked && isOld,
            unsafe !exchange.pointee.isCompressed
        {
            _ = Socket.setLingerZero(session.downstream.socket)
        }
        end(&session, index, reason)
    }

    /// The response is with the client: the connections go on, or end.
    mutating func finishExchange(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        tell(&session)
        if unsafe session.pooled >= 0 && exchange.pointee.isUpstreamClean {
            keepConnection(&session)
        }
        leaveBackend(&session)
        unsafe returnCompressor(&session, exchange)
        unsafe release(exchange, keepsInput: true)
        let isUnread =
            unsafe !exchange.pointee.requestBody.isOver
            || !exchange.pointee.keepsClient
                && (!exchange.pointee.input.isEmpty || session.downstream.isReadable)
        if isUnread || !(unsafe exchange.pointee.keepsClient) {
            return close(&session, index, isUnread: isUnread)
        }
        let input = unsafe exchange.pointee.input
        let isMore = !input.isEmpty
        if isMore {
            unsafe exchange.pointee = Exchange()
            unsafe exchange.pointee.input = input
        } else {
            unsafe http.release(&exchange.pointee.input)
            exchanges.free(session.exchange)
            session.exchange = -1
        }
        session.stage = .idle
        session.lastActivity = now
        session.reason = .completed
        guard mayGoOn(&session) else { return close(&session, index, isUnread: isMore) }
        if isMore || session.downstream.isReadable { leftOver.append(index) }
        arm(index, now + (unsafe http(of: session).pointee.keepAliveTimeoutMs))
    }

    /// Ends the connection of a client that has its last answer. One that may still be sending
    /// hears first that it is over.
    private mutating func close(_ session: inout Session, _ index: Int32, isUnread: Bool) {
        if session.exchange >= 0 {
            let exchange = unsafe exchange(of: session)
            let reason = unsafe exchange.pointee.reason
            // The client has its answer: only what it did itself is why its connection ends.
            session.reason = reason.blame == .downstream ? reason : .completed
            dropExchange(&session)
        }
        guard isUnread || session.reason == .requestRefused, !session.downstream.endHasArrived,
            Socket.shutdownWrite(session.downstream.socket).isSuccess
        else { return end(&session, index, session.reason) }
        session.stage = .lingering
        session.stageSince = now
        session.lingered = 0
        timers.set(index, deadline: now + ProxyLimits.lingerMs)
        session.downstream.isReadable = true
        leftOver.append(index)
    }

    /// Gives back what an exchange has borrowed.
    private mutating func release(
        _ exchange: UnsafeMutablePointer<Exchange>, keepsInput: Bool
    ) {
        unsafe http.release(&exchange.pointee.request)
        unsafe http.release(&exchange.pointee.partial)
        unsafe http.release(&exchange.pointee.reply)
        unsafe http.release(&exchange.pointee.original)
        if let memory = unsafe exchange.pointee.access { unsafe http.buffers.give(memory) }
        unsafe exchange.pointee.access = nil
        if !keepsInput { unsafe http.release(&exchange.pointee.input) }
        guard let old = unsafe exchange.pointee.routeSnapshot else { return }
        unsafe exchange.pointee.routeSnapshot = nil
        unsafe exchange.pointee.route = nil
        unsafe Snapshot.count(-1, in: old, of: handle.pointee.index)
        unsafe releaseIfUnused(old)
    }

    /// Ends an exchange with its session, wherever it stands.
    mutating func dropExchange(_ session: inout Session) {
        let exchange = unsafe exchange(of: session)
        unsafe returnCompressor(&session, exchange)
        unsafe release(exchange, keepsInput: false)
        exchanges.free(session.exchange)
        session.exchange = -1
    }
}
