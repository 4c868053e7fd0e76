// Moves bytes from one socket to another, in order, each once. It starts with recv and send through
// a shared buffer and goes over to splice once a direction proves bulk. It knows no epoll, no
// timers and no sessions; `Relay+Splice.swift` has the second half.

internal import Containers
internal import Linux

/// What relaying needs of a worker: its buffers and pipes.
@safe struct Relay: ~Copyable {
    var buffers: BufferPool
    var pipes = PipePool()
    /// Where bytes are received. When the sink does not take them all it becomes the flow's own
    /// buffer, and another takes its place.
    private var scratch: UnsafeMutableRawPointer
    /// Directions that went over to splicing since this was last looked at.
    var splicedCount: UInt64 = 0

    init() {
        buffers = BufferPool(
            bufferBytes: ProxyLimits.relayBufferBytes, keptMax: ProxyLimits.buffersKept,
            madeAhead: ProxyLimits.buffersMadeAhead)
        // Like a buffer of the pool, for which it is exchanged.
        unsafe scratch = .allocate(byteCount: ProxyLimits.relayBufferBytes, alignment: 64)
    }

    deinit { unsafe scratch.deallocate() }

    /// Moves what can be moved now. Reads only while the sink takes bytes: that is the
    /// back-pressure.
    mutating func move(
        _ flow: inout Flow, from source: inout Endpoint, to sink: inout Endpoint
    ) -> FlowOutcome {
        var budget = ProxyLimits.turnBytes
        // The kernel cannot move what has to be encrypted here.
        if source.tls != nil || sink.tls != nil { flow.carrier = .copyOnly }
        while true {
            if flow.pending > 0 {
                let stopped =
                    flow.pipe == nil ? sendPending(&flow, to: &sink) : drainPipe(&flow, to: &sink)
                if let stopped { return stopped }
            }
            if flow.phase == .ending {
                flow.phase = .over
                return .ended
            }
            guard source.isReadable, sink.isWritable else { return .waiting }
            guard budget > 0 else { return .budgetSpent }
            let before = flow.delivered
            let stopped =
                flow.carrier == .splice
                ? fillPipe(&flow, from: &source)
                : receiveAndSend(&flow, from: &source, to: &sink)
            if let stopped { return stopped }
            budget -= flow.delivered - before + flow.pending
        }
    }

    /// Returns what a flow has borrowed; what was pending is lost.
    mutating func release(_ flow: inout Flow) {
        if let buffer = unsafe flow.buffer { unsafe buffers.give(buffer) }
        if let pipe = flow.pipe { pipes.discard(pipe) }
        unsafe flow.buffer = nil
        flow.pipe = nil
        flow.pending = 0
    }

    // Copying -------------------------------------------------------------------------------

    /// One recv and, with luck, one send. Nil means: go on.
    private mutating func receiveAndSend(
        _ flow: inout Flow, from source: inout Endpoint, to sink: inout Endpoint
    ) -> FlowOutcome? {
        let capacity =
            flow.dropsExcess
            ? ProxyLimits.relayBufferBytes : min(ProxyLimits.relayBufferBytes, flow.limit)
        let received = unsafe source.receive(into: scratch, count: capacity)
        guard received.isSuccess else { return Self.readFailed(received, &flow, &source) }
        var count = received.count
        guard count > 0 else {
            flow.phase = .ending
            return nil
        }
        source.noteRead(count, of: capacity)
        if count < capacity {
            flow.fullReads = 0
        } else if source.hasUrgentMark {
            flow.carrier = .copyOnly
        } else if flow.carrier == .copy {
            flow.fullReads += 1
            if flow.fullReads >= ProxyLimits.fullReadsForSplice {
                flow.carrier = .splice
                flow.fullReads = 0
                flow.burst = ProxyLimits.bulkBytesMin
                splicedCount += 1
            }
        }
        // The end comes next: it travels in the segment of the last bytes.
        let isLast =
            flow.limit == .max && source.endHasArrived && count < capacity && source.tls == nil
        if count > flow.limit {
            flow.hasExcess = true
            count = flow.limit
        }
        flow.take(count)
        let sent = unsafe sink.send(
            from: scratch, count: count, more: isLast)
        if sent.rawValue == count {
            flow.delivered += count
            return nil
        }
        let taken = sent.isSuccess ? sent.count : 0
        flow.delivered += taken
        unsafe flow.buffer = scratch
        flow.start = taken
        flow.pending = count - taken
        unsafe scratch = buffers.take()
        return Self.writeStopped(sent, &sink)
    }

    /// Sends what an earlier send left. Nil means that all was taken.
    private mutating func sendPending(
        _ flow: inout Flow, to sink: inout Endpoint
    ) -> FlowOutcome? {
        guard sink.isWritable else { return .waiting }
        guard let buffer = unsafe flow.buffer else { preconditionFailure("pending without buffer") }
        while flow.pending > 0 {
            let sent = unsafe sink.send(
                from: buffer + flow.start, count: flow.pending)
            guard sent.isSuccess else { return Self.writeStopped(sent, &sink) }
            flow.start += sent.count
            flow.pending -= sent.count
            flow.delivered += sent.count
        }
        unsafe buffers.give(buffer)
        unsafe flow.buffer = nil
        return nil
    }

    // Failures ------------------------------------------------------------------------------

    /// What a failed read means. Nil means: go on.
    static func readFailed(
        _ result: IOResult, _ flow: inout Flow, _ source: inout Endpoint
    ) -> FlowOutcome? {
        if result.wouldBlock {
            source.isReadable = false
            return .waiting
        }
        if result.isStarved { return .starved }
        // What a peer that said it was done does afterwards takes nothing back. With TLS it is not the
        // socket that says so.
        if source.endHasArrived, source.tls == nil {
            flow.phase = .ending
            return nil
        }
        return .sourceFailed(result.errno)
    }

    /// What a short or failed write means. A short one is tried again until the kernel says that
    /// it would block: only then does it owe an edge.
    static func writeStopped(_ result: IOResult, _ sink: inout Endpoint) -> FlowOutcome? {
        if result.isSuccess { return nil }
        if result.wouldBlock {
            sink.isWritable = false
            return .waiting
        }
        return result.isStarved ? .starved : .sinkFailed(result.errno)
    }
}
