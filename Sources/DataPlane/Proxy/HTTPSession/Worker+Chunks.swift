// Carrying bodies that come in chunks. They are copied, since each piece has to be looked at.

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Carries a request's body. False when that ended the exchange.
    mutating func carryRequestChunks(_ session: inout Session, _ index: Int32) -> Bool {
        let exchange = unsafe exchange(of: session)
        var budget = ProxyLimits.turnBytes
        while session.upstream.isWritable {
            guard budget > 0 else {
                leftOver.append(index)
                return true
            }
            var buffer = unsafe exchange.pointee.input
            if buffer.isEmpty {
                unsafe http.release(&exchange.pointee.input)
                guard session.downstream.isReadable else { return true }
                buffer = receive(from: &session.downstream, index)
                guard buffer.end > 0 else {
                    guard buffer.end < 0 else { return true }
                    end(&session, index, .abandoned)
                    return false
                }
            }
            unsafe exchange.pointee.isSpent = true
            unsafe http.release(&exchange.pointee.request)
            unsafe exchange.pointee.requestSent = 0
            var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
            let outcome = unsafe ChunkFrames.rewrite(
                buffer.first, count: min(buffer.count, ProxyLimits.chunkPieceBytes),
                &exchange.pointee.requestBody.decoder, to: &writer, isFramed: true)
            precondition(!writer.hasOverflowed, "chunks grew more than they may")
            buffer.start += Int32(outcome.taken)
            unsafe exchange.pointee.bytesReceived += UInt64(outcome.taken)
            unsafe keepRest(exchange, buffer)
            if let refusal = outcome.refusal { return refuseBody(&session, index, refusal) }
            budget -= outcome.taken
            if outcome.hasEnded { unsafe exchange.pointee.requestBody = BodyProgress() }
            unsafe exchange.pointee.request = HTTPBuffer(http.output, 0..<writer.count)
            guard sendRequest(&session, index) else {
                unsafe http.keep(exchange.pointee.request)
                return true
            }
            // The scratch buffer is anybody's from here on.
            unsafe exchange.pointee.request = HTTPBuffer()
            unsafe exchange.pointee.requestSent = 0
            if outcome.hasEnded {
                noteSent(&session)
                return true
            }
        }
        return true
    }

    /// A request's body is none: the client is told so if nothing of the response is with it.
    mutating func refuseBody(
        _ session: inout Session, _ index: Int32, _ refusal: Refusal
    ) -> Bool {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.refusal = refusal
        unsafe exchange.pointee.keepsClient = false
        failExchange(&session, index, .requestRefused)
        return false
    }

    /// Carries a response's body.
    mutating func carryResponseChunks(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        var budget = ProxyLimits.turnBytes
        while session.upstream.isReadable && session.downstream.isWritable {
            guard budget > 0 else { return leftOver.append(index) }
            let buffer = receive(from: &session.upstream, index)
            guard buffer.end > 0 else {
                guard buffer.end < 0 else { return }
                return cut(&session, index, .responseTruncated)
            }
            budget -= buffer.count
            var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
            guard unsafe writeChunks(&session, index, exchange, buffer, &writer) else { return }
            let reply = unsafe HTTPBuffer(http.output, 0..<writer.count)
            guard sendReply(&session, index, reply) else { return }
            if unsafe exchange.pointee.response == .whole { return complete(&session, index) }
        }
    }

    /// Writes what came of a response's body in chunks. False when it was refused, and cut.
    mutating func writeChunks(
        _ session: inout Session, _ index: Int32, _ exchange: UnsafeMutablePointer<Exchange>,
        _ buffer: HTTPBuffer, _ writer: inout HeadWriter
    ) -> Bool {
        let outcome = unsafe ChunkFrames.rewrite(
            buffer.first, count: buffer.count, &exchange.pointee.responseBody.decoder, to: &writer,
            isFramed: !exchange.pointee.isOldClient)
        precondition(!writer.hasOverflowed, "chunks grew more than they may")
        if let refusal = outcome.refusal {
            unsafe exchange.pointee.refusal = refusal
            cut(&session, index, .responseRefused)
            return false
        }
        if outcome.hasEnded {
            if outcome.taken < buffer.count { unsafe exchange.pointee.keepsUpstream = false }
            unsafe exchange.pointee.responseBody = BodyProgress()
            unsafe exchange.pointee.response = .whole
        }
        return true
    }

    /// Receives a piece into the scratch buffer. Its end is 0 when there is nothing yet, and below
    /// when there will be nothing more.
    private mutating func receive(from source: inout Endpoint, _ index: Int32) -> HTTPBuffer {
        let capacity = ProxyLimits.chunkPieceBytes
        let received = unsafe source.receive(into: http.input, count: capacity)
        var buffer = unsafe HTTPBuffer(http.input, 0..<0)
        guard received.isSuccess, received.count > 0 else {
            if received.wouldBlock {
                source.isReadable = false
            } else if received.isStarved {
                // No edge is owed: the timer looks again.
                timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
            } else {
                buffer.end = -1
            }
            return buffer
        }
        source.noteRead(received.count, of: capacity)
        buffer.end = Int32(received.count)
        return buffer
    }
}
