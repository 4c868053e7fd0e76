// Whether a response is compressed, and the compressor that it borrows for that from its worker.

internal import Compression
internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
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

    mutating func compressionRow(_ session: inout Session) -> CounterRow {
        let worker = unsafe handle.pointee.index
        return unsafe http(of: session).pointee.state.pointee.counters.row(worker)
    }
}
