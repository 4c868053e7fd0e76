// Responses that are compressed on their way to the client. What a backend sends goes through a
// borrowed compressor into chunks; whenever the backend pauses the client gets all there is, so that
// streams of events stay what they are.

internal import Compression
internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    // Deciding ------------------------------------------------------------------------------

    /// True when a request asks for its response in gzip rather than as it is.
    mutating func takesGzip(_ view: ParsedRequest) -> Bool {
        let head = unsafe view.head
        // Chunks, which carry it, are of HTTP/1.1.
        guard unsafe head.pointee.method != .head, unsafe head.pointee.minorVersion > 0 else {
            return false
        }
        var accepted = AcceptEncoding()
        for index in 0..<(unsafe head.pointee.fieldCount)
        where unsafe view.fields[index].known == .acceptEncoding {
            let value = unsafe view.text(view.fields[index].value)
            guard let base = value.baseAddress else { continue }
            unsafe accepted.add(base, count: value.count)
        }
        return accepted.prefersGzip
    }

    /// Decides on a response that the workspace has, and borrows a compressor if it is compressed.
    mutating func considerCompression(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ plan: UnsafePointer<CompressionPlan>, _ bytes: UnsafePointer<UInt8>
    ) {
        let head = unsafe http.response
        let fields = unsafe http.responseFields
        let isHead = unsafe exchange.pointee.method == .head
        let length: UInt64?
        switch unsafe exchange.pointee.responseBody.framing {
        case .none:
            guard isHead else { return }
            length = unsafe CompressionPlan.statedLength(head, bytes, fields)
        case .length: length = unsafe exchange.pointee.responseBody.remaining
        case .chunked, .untilClose: length = nil
        }
        guard unsafe plan.pointee.covers(head, bytes, fields, length: length) else { return }
        // Another client would get it compressed, or this one at another time.
        unsafe exchange.pointee.addsVary = !CompressionPlan.variesAlready(head, bytes, fields)
        guard unsafe exchange.pointee.takesGzip else { return }
        let row = compressionRow(&session)
        if unsafe isTooBusy(plan) { return row.add(ExchangeCounter.uncompressedBusy.rawValue) }
        let inUse = Int(row.value(ExchangeCounter.compressors.rawValue))
        let compressor = unsafe http.compressors.take(
            besides: inUse, bytesMax: plan.pointee.workerBytesMax, level: plan.pointee.level)
        guard let compressor else { return row.add(ExchangeCounter.uncompressedFull.rawValue) }
        row.add(ExchangeCounter.compressors.rawValue)
        unsafe exchange.pointee.compressor = compressor
    }

    /// True when the worker has better things to do. The clocks are read once a second at most, and
    /// only when somebody asks.
    private mutating func isTooBusy(_ plan: UnsafePointer<CompressionPlan>) -> Bool {
        guard unsafe plan.pointee.busyPercentMax < 100 else { return false }
        if processorUse.isDue(at: nowNs) {
            processorUse.look(
                at: Clock.monotonicNanoseconds, processorNs: Clock.threadProcessorNanoseconds)
        }
        return unsafe processorUse.percent > plan.pointee.busyPercentMax
    }

    /// Gives the compressor of an exchange back, if it has one.
    @inline(__always) mutating func returnCompressor(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>
    ) {
        guard let compressor = unsafe exchange.pointee.compressor else { return }
        unsafe exchange.pointee.compressor = nil
        giveBack(compressor, &session)
    }

    private mutating func giveBack(_ compressor: GzipStream, _ session: inout Session) {
        http.compressors.give(compressor)
        compressionRow(&session).takeOne(ExchangeCounter.compressors.rawValue)
    }

    private mutating func compressionRow(_ session: inout Session) -> CounterRow {
        let worker = unsafe handle.pointee.index
        return unsafe http(of: session).pointee.state.pointee.counters.row(worker)
    }

    // Carrying ------------------------------------------------------------------------------

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

    // Reading -------------------------------------------------------------------------------

    /// What reading a piece of a body came to.
    private enum Reading: BitwiseCopyable {
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
    private mutating func readPlain(
        _ session: inout Session, _ plain: inout HTTPBuffer, _ budget: inout Int
    ) -> Reading {
        let exchange = unsafe exchange(of: session)
        unsafe http.release(&exchange.pointee.partial)
        plain = HTTPBuffer()
        guard session.upstream.isReadable else { return .paused }
        let capacity = ProxyLimits.chunkPieceBytes
        let received = unsafe Socket.receive(
            session.upstream.socket, into: http.input, count: capacity)
        guard received.isSuccess, received.count > 0 else {
            return unsafe readNothing(&session, exchange, received)
        }
        if received.count < capacity, !session.upstream.distrustsShortReads {
            session.upstream.isReadable = false
        }
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
        let isEnd = received.isSuccess || session.upstream.endHasArrived
        guard isEnd, unsafe exchange.pointee.responseBody.framing == .untilClose else {
            return .truncated
        }
        unsafe exchange.pointee.responseBody = BodyProgress()
        return .more
    }

    /// Takes the frames off what came of a body, in place: what is left is its data. False when it is
    /// refused.
    private mutating func takePlain(
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
