// Carrying an exchange: the request to the backend, the response to the client, both at their own
// pace and at the same time. What one side does not take is not read from the other.

internal import Containers
internal import Glibc
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// The session has a connection to its backend: the request goes there.
    mutating func sendExchange(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.connectedNs = nowNs
        unsafe exchange.pointee.requestSent = 0
        session.stage = .exchanging
        session.stageSince = now
        carry(&session, index)
        // Otherwise the wait for a response has begun, which has a deadline of its own.
        guard session.exchange >= 0, session.stage == .exchanging,
            unsafe !exchange.pointee.isRequestSent
        else { return }
        armExchange(&session, index)
    }

    /// Moves what can be moved.
    mutating func carry(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        if unsafe !exchange.pointee.isLocal, unsafe !exchange.pointee.isRequestSent {
            guard carryRequest(&session, index) else { return }
            if unsafe exchange.pointee.isRequestSent { armExchange(&session, index) }
        }
        carryResponse(&session, index)
    }

    // The request ---------------------------------------------------------------------------

    /// Sends what can be sent of the request. False when that ended the exchange.
    private mutating func carryRequest(_ session: inout Session, _ index: Int32) -> Bool {
        let exchange = unsafe exchange(of: session)
        guard unsafe !exchange.pointee.isRequestBroken, sendRequest(&session, index) else {
            return true
        }
        switch unsafe exchange.pointee.requestBody.framing {
        case .none: noteSent(&session)
        case .length: return carryLength(&session, index)
        case .chunked: return carryRequestChunks(&session, index)
        case .untilClose: preconditionFailure("a request has no such body")
        }
        return true
    }

    /// Gives back the request as it was sent: with a response begun it is neither sent again nor asked
    /// what kind of page the client takes.
    mutating func releaseRequest(_ exchange: UnsafeMutablePointer<Exchange>) {
        guard unsafe exchange.pointee.requestSent == exchange.pointee.request.end else { return }
        unsafe http.release(&exchange.pointee.request)
        unsafe exchange.pointee.requestSent = 0
    }

    /// Sends what is written of the request. False when something waits, or is taken no more.
    mutating func sendRequest(_ session: inout Session, _ index: Int32) -> Bool {
        let exchange = unsafe exchange(of: session)
        while case let left = unsafe exchange.pointee.request.end - exchange.pointee.requestSent,
            left > 0
        {
            guard session.upstream.isWritable else { return false }
            let sent = unsafe session.upstream.send(
                from: exchange.pointee.request.first + Int(exchange.pointee.requestSent),
                count: Int(left))
            guard sent.isSuccess else {
                countDelivered(&session)
                requestStopped(&session, index, Relay.writeStopped(sent, &session.upstream))
                return false
            }
            unsafe exchange.pointee.requestSent += Int32(sent.count)
            session.toUpstream.delivered += sent.count
        }
        countDelivered(&session)
        return true
    }

    /// The backend has the whole request.
    mutating func noteSent(_ session: inout Session) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.isRequestSent = true
        unsafe exchange.pointee.requestSentNs = nowNs
    }

    /// Carries a body whose length is known: first what has come already, then from socket to
    /// socket.
    private mutating func carryLength(_ session: inout Session, _ index: Int32) -> Bool {
        let exchange = unsafe exchange(of: session)
        while unsafe !exchange.pointee.input.isEmpty && !exchange.pointee.requestBody.isOver {
            guard session.upstream.isWritable else { return true }
            let waiting = unsafe exchange.pointee.input
            let count = min(
                waiting.count, unsafe Int(clamping: exchange.pointee.requestBody.remaining))
            let sent = unsafe session.upstream.send(
                from: waiting.first, count: count)
            guard sent.isSuccess else {
                requestStopped(&session, index, Relay.writeStopped(sent, &session.upstream))
                return true
            }
            unsafe exchange.pointee.isSpent = true
            unsafe exchange.pointee.input.start += Int32(sent.count)
            unsafe exchange.pointee.requestBody.take(sent.count)
            unsafe exchange.pointee.bytesReceived += UInt64(sent.count)
            session.toUpstream.delivered += sent.count
            countDelivered(&session)
        }
        if unsafe exchange.pointee.requestBody.isOver {
            noteSent(&session)
            return true
        }
        unsafe http.release(&exchange.pointee.input)
        if unsafe !exchange.pointee.isStreaming {
            unsafe exchange.pointee.isStreaming = true
            session.toUpstream.begin(
                limit: unsafe Int(clamping: exchange.pointee.requestBody.remaining),
                dropsExcess: false, maySplice: session.maySplice)
            if session.toUpstream.carrier == .splice { relay.splicedCount += 1 }
        }
        let before = session.toUpstream.limit
        let outcome = relay.move(
            &session.toUpstream, from: &session.downstream, to: &session.upstream)
        unsafe exchange.pointee.bytesReceived += UInt64(before - session.toUpstream.limit)
        if session.toUpstream.delivered > 0 || session.toUpstream.pending > 0 {
            unsafe exchange.pointee.isSpent = true
        }
        countDelivered(&session)
        switch outcome {
        case .waiting: return true
        case .budgetSpent:
            leftOver.append(index)
            return true
        case .starved, .sinkFailed:
            requestStopped(&session, index, outcome)
            return true
        case .sourceFailed:
            end(&session, index, .downstreamReset)
            return false
        case .ended:
            guard session.toUpstream.limit == 0 else {
                end(&session, index, .abandoned)
                return false
            }
            unsafe exchange.pointee.requestBody = BodyProgress()
            noteSent(&session)
            return true
        }
    }

    /// Why a request's bytes stopped. A backend that takes no more may have answered already, so
    /// what it sent is looked at first.
    mutating func requestStopped(
        _ session: inout Session, _ index: Int32, _ outcome: FlowOutcome?
    ) {
        switch outcome {
        case .starved: timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        case .sinkFailed:
            let exchange = unsafe exchange(of: session)
            unsafe exchange.pointee.isRequestBroken = true
            relay.release(&session.toUpstream)
            session.upstream.isReadable = true
        default: break
        }
    }

    // The response --------------------------------------------------------------------------

    /// Carries what can be carried of the response.
    private mutating func carryResponse(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        guard sendReply(&session, index) else { return }
        switch unsafe exchange.pointee.response {
        case .awaited:
            readResponse(&session, index)
        case .begun:
            if unsafe exchange.pointee.isLocal { return carryOwn(&session, index) }
            if unsafe exchange.pointee.isCompressed { return carryCompressed(&session, index) }
            switch unsafe exchange.pointee.responseBody.framing {
            case .chunked: carryResponseChunks(&session, index)
            case .length, .untilClose: carryStream(&session, index)
            case .none: preconditionFailure("a response without more to come is whole")
            }
        case .whole:
            complete(&session, index)
        }
    }

    /// The whole response is with the client.
    mutating func complete(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        if unsafe exchange.pointee.isUpgrade { return upgrade(&session, index) }
        finishExchange(&session, index)
    }

    /// Sends what waits of the response. False when something still waits, or the session ended.
    mutating func sendReply(_ session: inout Session, _ index: Int32) -> Bool {
        let exchange = unsafe exchange(of: session)
        // Nothing follows the last bytes but the end: it travels with them.
        let isLast =
            unsafe exchange.pointee.response == .whole && !exchange.pointee.keepsClient
            && !exchange.pointee.isUpgrade
        while unsafe !exchange.pointee.reply.isEmpty {
            guard session.downstream.isWritable else { return false }
            let sent = unsafe session.downstream.send(
                from: exchange.pointee.reply.first,
                count: exchange.pointee.reply.count, more: isLast)
            guard sent.isSuccess else {
                // What it did take shows that the client is there.
                countDelivered(&session)
                switch Relay.writeStopped(sent, &session.downstream) {
                case .starved: timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
                case .sinkFailed: end(&session, index, .downstreamReset)
                default: break
                }
                return false
            }
            unsafe exchange.pointee.reply.start += Int32(sent.count)
            session.toDownstream.delivered += sent.count
        }
        countDelivered(&session)
        unsafe http.release(&exchange.pointee.reply)
        return true
    }

    /// Sends bytes that stand in a scratch buffer, which the exchange takes over when the client
    /// does not take them all. False when something waits, or the session ended.
    mutating func sendReply(
        _ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer
    ) -> Bool {
        let exchange = unsafe exchange(of: session)
        assert(unsafe exchange.pointee.reply.isEmpty)
        unsafe exchange.pointee.reply = buffer
        if sendReply(&session, index) { return true }
        // It may have ended with the session.
        guard session.exchange >= 0 else { return false }
        http.keep(buffer)
        armExchange(&session, index)
        return false
    }

    /// Carries a body from socket to socket.
    mutating func carryStream(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        let outcome = relay.move(
            &session.toDownstream, from: &session.upstream, to: &session.downstream)
        countDelivered(&session)
        switch outcome {
        case .waiting:
            // A client that takes nothing has less time than a backend that gives nothing.
            if !session.downstream.isWritable { armExchange(&session, index) }
        case .budgetSpent: leftOver.append(index)
        case .starved: timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        case .sinkFailed: end(&session, index, .downstreamReset)
        case .sourceFailed: cut(&session, index, .responseTruncated)
        case .ended:
            let isLength = unsafe exchange.pointee.responseBody.framing == .length
            // Where the end of the stream is that of the body, TLS has to have said so (RFC 9112,
            // section 9.8).
            if isLength ? session.toDownstream.limit > 0 : session.upstream.isTruncated {
                return cut(&session, index, .responseTruncated)
            }
            if session.toDownstream.hasExcess { unsafe exchange.pointee.keepsUpstream = false }
            unsafe exchange.pointee.responseBody = BodyProgress()
            unsafe exchange.pointee.response = .whole
            complete(&session, index)
        }
    }
}
