// The bulk half of relaying: bytes go from socket to pipe to socket inside the kernel (splice(2)).
//
// The pipe is filled only when it is empty, so EAGAIN on filling means that the socket is empty,
// and never that the pipe is full. A short splice means neither: the pipe's slots may be taken by
// small fragments.

internal import Linux

extension Relay {
    /// One splice from the source into an empty pipe. Nil means: go on.
    mutating func fillPipe(_ flow: inout Flow, from source: inout Endpoint) -> FlowOutcome? {
        assert(flow.pending == 0 && flow.pipe == nil)
        guard !source.hasUrgentMark, let pipe = pipes.take() else {
            flow.carrier = source.hasUrgentMark ? .copyOnly : .copy
            return nil
        }
        let moved = pipe.fill(
            from: source.socket, count: min(ProxyLimits.pipeBytes, flow.limit))
        guard moved.isSuccess, moved.count > 0 else {
            pipes.give(pipe)
            return Self.fillStopped(moved, &flow, &source)
        }
        flow.pipe = pipe
        flow.pending = moved.count
        flow.burst += moved.count
        flow.take(moved.count)
        return nil
    }

    /// Splices what is in the pipe to the sink. Nil means that the pipe is empty.
    mutating func drainPipe(_ flow: inout Flow, to sink: inout Endpoint) -> FlowOutcome? {
        guard sink.isWritable else { return .waiting }
        guard let pipe = flow.pipe else { preconditionFailure("pending without a pipe") }
        while flow.pending > 0 {
            sink.prepareWrite()
            let moved = pipe.drain(to: sink.socket, count: flow.pending)
            guard moved.isSuccess else { return Self.writeStopped(moved, &sink) }
            precondition(moved.count > 0, "a pipe lost bytes")
            flow.pending -= moved.count
            flow.delivered += moved.count
        }
        flow.pipe = nil
        pipes.give(pipe)
        return nil
    }

    private static func fillStopped(
        _ result: IOResult, _ flow: inout Flow, _ source: inout Endpoint
    ) -> FlowOutcome? {
        if result.isSuccess {
            // The end, or an urgent mark that the end stands behind: splice(2) passes neither.
            // recv(2) tells them apart.
            flow.carrier = .copy
            return nil
        }
        if result.isUnsupported {
            flow.carrier = .copyOnly
            return nil
        }
        if result.wouldBlock {
            if flow.burst < ProxyLimits.bulkBytesMin { flow.carrier = .copy }
            flow.burst = 0
        }
        return Self.readFailed(result, &flow, &source)
    }
}
