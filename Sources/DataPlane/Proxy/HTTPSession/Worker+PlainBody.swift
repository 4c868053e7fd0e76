// The body of a response that is to be compressed: read piece by piece, without its frames.

internal import Compression
internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// What reading a piece of a body came to.
    enum Reading: BitwiseCopyable {
        /// There may be more to be had.
        case more
        /// There is nothing now.
        case paused
        /// There may be more, and others have their turn first.
        case budgetSpent
        /// The kernel has no memory for it.
        case starved
        /// It is no body.
        case refused
        /// It has ended too soon.
        case truncated
    }

    /// Reads a piece of a body into the scratch buffer.
    mutating func readPlain(
        _ session: inout Session, _ plain: inout HTTPBuffer, _ budget: inout Int
    ) -> Reading {
        let exchange = unsafe exchange(of: session)
        unsafe http.release(&exchange.pointee.partial)
        plain = HTTPBuffer()
        guard session.upstream.isReadable else { return .paused }
        let capacity = ProxyLimits.chunkPieceBytes
        let received = unsafe session.upstream.receive(into: http.input, count: capacity)
        guard received.isSuccess, received.count > 0 else {
            return unsafe readNothing(&session, exchange, received)
        }
        session.upstream.noteRead(received.count, of: capacity)
        budget -= received.count
        plain = unsafe HTTPBuffer(http.input, 0..<received.count)
        guard unsafe takePlain(exchange, &plain) else { return .refused }
        return unsafe session.upstream.isReadable || exchange.pointee.responseBody.isOver
            ? .more : .paused
    }

    /// What it means that no bytes came.
    private mutating func readNothing(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>, _ received: IOResult
    ) -> Reading {
        if received.wouldBlock {
            session.upstream.isReadable = false
            return .paused
        }
        if received.isStarved { return .starved }
        // A peer that said it was done has said all, whatever it does afterwards.
        let isEnd =
            session.upstream.tls == nil
            ? received.isSuccess || session.upstream.endHasArrived
            : received.isSuccess && !session.upstream.isTruncated
        guard isEnd, unsafe exchange.pointee.responseBody.framing == .untilClose else {
            return .truncated
        }
        unsafe exchange.pointee.responseBody = BodyProgress()
        return .more
    }

    /// Takes the frames off what came of a body, in place: what is left is its data. False when it is
    /// refused.
    mutating func takePlain(
        _ exchange: UnsafeMutablePointer<Exchange>, _ buffer: inout HTTPBuffer
    ) -> Bool {
        switch unsafe exchange.pointee.responseBody.framing {
        case .none: preconditionFailure("a body that has ended goes on")
        case .untilClose: return true
        case .length:
            let remaining = unsafe Int(clamping: exchange.pointee.responseBody.remaining)
            if buffer.count > remaining { unsafe exchange.pointee.keepsUpstream = false }
            let count = min(buffer.count, remaining)
            buffer.end = buffer.start + Int32(count)
            unsafe exchange.pointee.responseBody.take(count)
            return true
        case .chunked:
            // Data only moves forward, onto frames that were read already.
            var writer = unsafe HeadWriter(buffer.first, capacity: buffer.count)
            let outcome = unsafe ChunkFrames.rewrite(
                buffer.first, count: buffer.count, &exchange.pointee.responseBody.decoder,
                to: &writer, isFramed: false)
            assert(!writer.hasOverflowed, "data grew by losing its frames")
            if let refusal = outcome.refusal {
                unsafe exchange.pointee.refusal = refusal
                return false
            }
            if outcome.hasEnded {
                if outcome.taken < buffer.count { unsafe exchange.pointee.keepsUpstream = false }
                unsafe exchange.pointee.responseBody = BodyProgress()
            }
            buffer.end = buffer.start + Int32(writer.count)
            return true
        }
    }
}
