// Responses that are compressed on their way to the client. What a backend sends goes through a
// borrowed compressor into chunks; whenever the backend pauses the client gets all there is, so that
// streams of events stay what they are.

internal import Compression
internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// Sends a final head, which stands in the scratch buffer for heads, and what has come of the
    /// body.
    mutating func passCompressed(
        _ session: inout Session, _ index: Int32, _ body: HTTPBuffer, headBytes: Int
    ) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.isCompressed = true
        compressionRow(&session).add(ExchangeCounter.compressed.rawValue)
        session.backendCounters?.add(
            BackendCounter.bytesReceived.rawValue, UInt64(unsafe http.response.pointee.byteCount))
        var plain = body
        guard body.isEmpty || (unsafe takePlain(exchange, &plain)) else {
            return cut(&session, index, .responseRefused)
        }
        let piece = unsafe CompressedPiece(
            http.output, capacity: ProxyLimits.headBufferBytes, headBytes: headBytes)
        // The head does not wait for a body that is not there yet.
        compress(&session, index, plain, piece, hasHead: true)
    }

    /// Carries a body through its compressor.
    mutating func carryCompressed(_ session: inout Session, _ index: Int32) {
        guard session.downstream.isWritable else { return }
        let plain = unsafe exchange(of: session).pointee.partial
        let piece = unsafe CompressedPiece(http.output, capacity: ProxyLimits.headBufferBytes)
        compress(&session, index, plain, piece, hasHead: false)
    }

    /// Compresses what there is, and what can be read, for as long as the client takes it.
    private mutating func compress(
        _ session: inout Session, _ index: Int32, _ waiting: HTTPBuffer, _ begun: CompressedPiece,
        hasHead isNew: Bool
    ) {
        let exchange = unsafe exchange(of: session)
        guard let compressor = unsafe exchange.pointee.compressor else {
            preconditionFailure("a compressed response without a compressor")
        }
        let row = compressionRow(&session)
        var plain = waiting
        var piece = begun
        var hasHead = isNew
        var budget = ProxyLimits.turnBytes
        while true {
            var stopped = Reading.more
            if plain.isEmpty, unsafe !exchange.pointee.responseBody.isOver {
                stopped = budget > 0 ? readPlain(&session, &plain, &budget) : .budgetSpent
                if stopped == .refused { return cut(&session, index, .responseRefused) }
                if stopped == .truncated { return cut(&session, index, .responseTruncated) }
            }
            let flush = unsafe purpose(&session, exchange)
            var isDone = true
            if flush == .finish || !plain.isEmpty
                || (flush == .sync && (unsafe exchange.pointee.isHeldBack))
            {
                let input = unsafe plain.isEmpty ? nil : UnsafePointer(plain.first)
                let progress = unsafe compressor.compress(
                    input, count: plain.count, into: piece.free, capacity: piece.room,
                    flush: flush)
                plain.start += Int32(progress.consumed)
                piece.add(progress.produced)
                row.add(ExchangeCounter.compressedFrom.rawValue, UInt64(progress.consumed))
                row.add(ExchangeCounter.compressedTo.rawValue, UInt64(progress.produced))
                session.backendCounters?.add(
                    BackendCounter.bytesReceived.rawValue, UInt64(progress.consumed))
                isDone = progress.isDone
                unsafe exchange.pointee.isHeldBack = flush == .none || !isDone
            }
            let isLast = isDone && flush == .finish
            let goesOn = isDone && flush == .none && stopped == .more
            if goesOn && !piece.isFull { continue }

            if isLast { unsafe exchange.pointee.response = .whole }
            unsafe keepPlain(exchange, plain)
            if hasHead || piece.count > 0 || isLast {
                guard sendReply(&session, index, piece.seal(isLast: isLast)) else { return }
            }
            if isLast { return complete(&session, index) }
            if isDone && !goesOn {
                if isNew { armExchange(&session, index) }
                switch stopped {
                case .budgetSpent: leftOver.append(index)
                case .starved: timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
                default: break
                }
                return
            }
            plain = unsafe exchange.pointee.partial
            piece = unsafe CompressedPiece(http.output, capacity: ProxyLimits.headBufferBytes)
            hasHead = false
        }
    }

    /// What the compressor is to achieve: the client waits for no more than the backend does.
    private mutating func purpose(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>
    ) -> GzipFlush {
        if unsafe exchange.pointee.responseBody.isOver { return .finish }
        return session.upstream.isReadable ? .none : .sync
    }

    /// Keeps what was read and not compressed while something is sent.
    private mutating func keepPlain(
        _ exchange: UnsafeMutablePointer<Exchange>, _ plain: HTTPBuffer
    ) {
        guard !plain.isEmpty else { return unsafe http.release(&exchange.pointee.partial) }
        if unsafe exchange.pointee.partial.memory != plain.memory { http.keep(plain) }
        unsafe exchange.pointee.partial = plain
    }
}
