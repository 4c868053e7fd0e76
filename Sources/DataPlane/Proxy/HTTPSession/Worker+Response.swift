// The head of a response: read, checked, and written anew in front of what has come of the body, so
// that both reach the client in one write.

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Reads until the head of the response is whole, passing interim ones on.
    mutating func readResponse(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        if unsafe exchange.pointee.isHeld {
            unsafe exchange.pointee.isHeld = false
            guard takeHeads(&session, index, unsafe exchange.pointee.partial) else { return }
        }
        while session.upstream.isReadable {
            var buffer = unsafe exchange.pointee.partial
            if unsafe buffer.memory == nil {
                // What the head grows by has room before it.
                let start = ProxyLimits.headRoomBytes
                buffer = unsafe HTTPBuffer(http.input, start..<start)
            }
            guard let memory = unsafe buffer.memory else { preconditionFailure("no buffer") }
            let space = ProxyLimits.headBufferBytes - Int(buffer.end)
            let received = unsafe session.upstream.receive(
                into: memory + Int(buffer.end), count: space)
            guard received.isSuccess, received.count > 0 else {
                return responseStopped(&session, index, received)
            }
            session.upstream.noteRead(received.count, of: space)
            if unsafe exchange.pointee.firstByteNs == 0 {
                unsafe exchange.pointee.firstByteNs = nowNs
            }
            buffer.end += Int32(received.count)
            guard takeHeads(&session, index, buffer) else { return }
        }
    }

    /// Takes what is whole of heads. True when more has to be read.
    private mutating func takeHeads(
        _ session: inout Session, _ index: Int32, _ received: HTTPBuffer
    ) -> Bool {
        let exchange = unsafe exchange(of: session)
        var buffer = received
        while true {
            let outcome = unsafe ResponseHead.parse(
                buffer.first, count: buffer.count, limits: HeadLimits(),
                requestMethod: exchange.pointee.method, into: http.response,
                fields: http.responseFields)
            switch outcome {
            case .incomplete:
                if unsafe exchange.pointee.partial.memory != buffer.memory { http.keep(buffer) }
                // Interim responses that stood before it have no use for their room any more.
                unsafe exchange.pointee.partial = http.withRoom(
                    buffer, behind: ProxyLimits.headRoomBytes)
                return true
            case .refused(let refusal):
                unsafe exchange.pointee.refusal = refusal
                failExchange(&session, index, .responseRefused)
                return false
            case .complete: break
            }
            guard unsafe http.response.pointee.isInterim else {
                takeResponse(&session, index, buffer)
                return false
            }
            unsafe exchange.pointee.interimCount += 1
            if unsafe exchange.pointee.interimCount > ProxyLimits.interimsMax {
                failExchange(&session, index, .responseRefused)
                return false
            }
            let isPassed = passInterim(&session, index, buffer)
            guard session.exchange >= 0 else { return false }
            buffer.start += Int32(unsafe http.response.pointee.byteCount)
            if buffer.isEmpty {
                unsafe http.release(&exchange.pointee.partial)
                return isPassed
            }
            guard isPassed else {
                if unsafe exchange.pointee.partial.memory != buffer.memory { http.keep(buffer) }
                unsafe exchange.pointee.partial = buffer
                unsafe exchange.pointee.isHeld = true
                return false
            }
        }
    }

    /// Passes an interim response on to a client that can make something of it (RFC 9110, section
    /// 15.2). False when the client has to take it first, or when that ended the session.
    private mutating func passInterim(
        _ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer
    ) -> Bool {
        let exchange = unsafe exchange(of: session)
        let isContinue = unsafe http.response.pointee.status == 100
        guard unsafe !exchange.pointee.isOldClient,
            unsafe !isContinue || exchange.pointee.expectsContinue
        else { return true }
        var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
        unsafe writeFields(
            to: &writer, &session, exchange, buffer.first, http.response, http.responseFields,
            isFinal: false)
        let count = writer.finish()
        // One that does not fit is of no use to anybody; nor does one wait behind another.
        guard count > 0, session.downstream.isWritable else { return true }
        let sent = unsafe session.downstream.send(
            from: http.output, count: count)
        guard sent.isSuccess || sent.wouldBlock else {
            end(&session, index, .downstreamReset)
            return false
        }
        let taken = sent.isSuccess ? sent.count : 0
        session.toDownstream.delivered += taken
        countDelivered(&session)
        // What TLS has encrypted has to follow, be it that nothing of it was taken.
        guard taken > 0 || session.downstream.tls != nil else {
            session.downstream.isWritable = false
            return true
        }
        if taken == 0 { session.downstream.isWritable = false }
        unsafe exchange.pointee.headBytes += UInt32(count)
        guard taken < count else { return true }
        // Half a head is on its way: the rest has to follow before anything else.
        let rest = unsafe HTTPBuffer(http.output, taken..<count)
        return sendReply(&session, index, rest)
    }

    /// Takes the final head at the beginning of `buffer`, and what stands behind it.
    private mutating func takeResponse(
        _ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer
    ) {
        let exchange = unsafe exchange(of: session)
        let head = unsafe http.response
        unsafe exchange.pointee.status = head.pointee.status
        noteAnswered(&session, status: unsafe Int(head.pointee.status))
        if mayRetry(&session, status: unsafe Int(head.pointee.status)) {
            unsafe http.release(&exchange.pointee.partial)
            return retry(&session, index)
        }
        unsafe exchange.pointee.take(head)
        if !mayGoOn(&session) { unsafe exchange.pointee.keepsClient = false }
        if unsafe head.pointee.isUpgrade && !exchange.pointee.isUpgrade
            || exchange.pointee.isUpgrade && !exchange.pointee.isRequestSent
        {
            // Nobody asked for another protocol (RFC 9110, section 15.2.2).
            unsafe exchange.pointee.refusal = .badUpgrade
            return failExchange(&session, index, .responseRefused)
        }
        if let compression = unsafe http(of: session).pointee.compression {
            unsafe considerCompression(&session, exchange, compression, buffer.first)
        }
        unsafe exchange.pointee.settleEnd()
        if unsafe !exchange.pointee.isRequestSent {
            // What the client would still send would be taken for the next request.
            unsafe exchange.pointee.keepsUpstream = false
            if unsafe !exchange.pointee.requestBody.isOver {
                unsafe exchange.pointee.keepsClient = false
            }
        }
        if unsafe head.pointee.keepAliveTimeoutSeconds > 0 {
            learnKeepAlive(&session, seconds: unsafe head.pointee.keepAliveTimeoutSeconds)
        }
        var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
        unsafe writeFields(
            to: &writer, &session, exchange, buffer.first, head, http.responseFields, isFinal: true)
        unsafe exchange.pointee.response = .begun
        if unsafe exchange.pointee.access != nil {
            unsafe addResponse(
                &session, exchange,
                FieldValues(
                    bytes: buffer.first, fields: http.responseFields,
                    count: head.pointee.fieldCount))
        }
        // What comes of the body shares a buffer with the head, which may grow by its room only.
        let most =
            unsafe head.pointee.byteCount + ProxyLimits.headRoomBytes - ChunkFrames.growthMax
        guard case let count = writer.finish(), count > 0, count <= most else {
            unsafe returnCompressor(&session, exchange)
            unsafe exchange.pointee.response = .awaited
            unsafe exchange.pointee.refusal = .headTooLarge
            return failExchange(&session, index, .responseRefused)
        }
        unsafe exchange.pointee.headBytes += UInt32(count)
        var body = buffer
        body.start += Int32(unsafe head.pointee.byteCount)
        if unsafe exchange.pointee.compressor != nil {
            return passCompressed(&session, index, body, headBytes: count)
        }
        passHead(&session, index, body, headBytes: count, &writer)
    }

    /// Sends a final head, which stands in the scratch buffer for heads, and what has come of the
    /// body.
    private mutating func passHead(
        _ session: inout Session, _ index: Int32, _ body: HTTPBuffer, headBytes: Int,
        _ writer: inout HeadWriter
    ) {
        let exchange = unsafe exchange(of: session)
        var reply = unsafe HTTPBuffer(http.output, 0..<headBytes)
        var isPlain = true
        var taken = body.count
        switch unsafe exchange.pointee.responseBody.framing {
        case .none:
            taken = 0
            if !body.isEmpty && !(unsafe exchange.pointee.isUpgrade) {
                unsafe exchange.pointee.keepsUpstream = false
            }
            if unsafe exchange.pointee.isUpgrade { taken = body.count }
            unsafe exchange.pointee.response = .whole
        case .length:
            let remaining = unsafe Int(clamping: exchange.pointee.responseBody.remaining)
            if body.count > remaining { unsafe exchange.pointee.keepsUpstream = false }
            taken = min(body.count, remaining)
            if remaining == taken {
                unsafe exchange.pointee.responseBody = BodyProgress()
                unsafe exchange.pointee.response = .whole
            } else {
                session.toDownstream.begin(
                    limit: remaining - taken, dropsExcess: true, maySplice: session.maySplice)
                if session.toDownstream.carrier == .splice { relay.splicedCount += 1 }
            }
        case .untilClose:
            session.toDownstream.begin(
                limit: .max, dropsExcess: false, maySplice: session.maySplice)
        case .chunked:
            isPlain = false
            // All of a first piece but the head's room fits behind the head.
            guard unsafe writeChunks(&session, index, exchange, body, &writer) else { return }
            reply.end = Int32(writer.count)
        }
        if isPlain && taken > 0 {
            // The head goes where the old one was, and both are one.
            var whole = body
            whole.start -= Int32(headBytes)
            precondition(whole.start >= 0, "a head grew more than it may")
            unsafe whole.first.update(from: http.output, count: headBytes)
            whole.end = body.start + Int32(taken)
            reply = whole
        }
        let isOwned = unsafe exchange.pointee.partial.memory == reply.memory
        if isOwned { unsafe exchange.pointee.partial = HTTPBuffer() }
        let isSent = sendReply(&session, index, reply)
        guard session.exchange >= 0 else { return }
        unsafe http.release(&exchange.pointee.partial)
        guard isSent else { return }
        if unsafe exchange.pointee.response == .whole { return complete(&session, index) }
        // The client may take long over the body.
        unsafe releaseRequest(exchange)
        armExchange(&session, index)
        carry(&session, index)
    }

    /// Nothing more comes from the backend, before a response's head was whole.
    private mutating func responseStopped(
        _ session: inout Session, _ index: Int32, _ received: IOResult
    ) {
        if received.wouldBlock {
            session.upstream.isReadable = false
        } else if received.isStarved {
            timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        } else {
            loseBackend(&session, index, wasReset: !received.isSuccess)
        }
    }

    /// The backend closed the connection before it answered. One that was used before may have been
    /// closed for want of work while the request was under way: then it is sent again, once, if
    /// that does no harm (RFC 9112, section 9.3.1).
    private mutating func loseBackend(
        _ session: inout Session, _ index: Int32, wasReset: Bool
    ) {
        let exchange = unsafe exchange(of: session)
        let isUnanswered = unsafe exchange.pointee.firstByteNs == 0
        let isUnwritten = unsafe exchange.pointee.requestSent == 0
        if unsafe exchange.pointee.isReused, isUnanswered,
            unsafe !exchange.pointee.isReplayed && !exchange.pointee.isSpent,
            unsafe isUnwritten || exchange.pointee.method.isIdempotent
        {
            return replay(&session, index)
        }
        let reason: EndReason = wasReset ? brokenReason(&session) : .upstreamClosed
        noteBroken(&session, reason)
        failExchange(&session, index, reason)
    }
}
