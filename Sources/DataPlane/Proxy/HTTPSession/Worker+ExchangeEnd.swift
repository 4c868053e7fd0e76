// The end of an exchange: its response is with the client, or has failed. What it has borrowed goes
// back, and the connections go on or end.

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
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
    mutating func refusedStatus(_ exchange: UnsafeMutablePointer<Exchange>) -> Int {
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
        // A goodbye would call it whole.
        session.downstream.isPastGoodbye = true
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
            session.downstream.shutdownWrite().isSuccess
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
