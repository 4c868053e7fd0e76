// Requests as they come from a client: read until a head is whole, one at a time and in order. What
// comes behind it waits.

internal import Containers
internal import Glibc
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// The connection of a client that speaks HTTP was accepted: waits for its first request.
    mutating func awaitFirst(_ session: inout Session, _ index: Int32) {
        session.isHTTP = true
        session.stage = .idle
        session.stageSince = now
        timers.set(index, deadline: now + (unsafe http(of: session).pointee.headTimeoutMs))
    }

    /// What the session's listener does with exchanges.
    @inline(__always) mutating func http(of session: Session) -> UnsafePointer<HTTPPlan> {
        guard let plan = unsafe session.listener.pointee.http else {
            preconditionFailure("a listener that does not speak HTTP")
        }
        return unsafe plan
    }

    /// The exchange of a session that has one.
    @inline(__always) mutating func exchange(of session: Session) -> UnsafeMutablePointer<Exchange>
    {
        unsafe exchanges.pointer(session.exchange)
    }

    /// Something happened to the socket of a client that speaks HTTP.
    mutating func clientEvent(
        _ session: inout Session, _ index: Int32, _ readiness: Readiness
    ) {
        switch session.stage {
        case .idle, .head: readRequest(&session, index)
        case .queued, .connecting:
            // One that is half closed still wants its answer; this one is gone.
            if !readiness.isDisjoint(with: [.failed, .hungUp]) { end(&session, index, .abandoned) }
        case .exchanging:
            guard !readiness.contains(.failed) else {
                return end(&session, index, .downstreamReset)
            }
            carry(&session, index)
        case .lingering: linger(&session, index)
        case .relaying, .resetting: preconditionFailure("a relay is not asked for requests")
        case .handshaking: preconditionFailure("a handshake is not asked for requests")
        case .hello: preconditionFailure("requests are not asked for a ClientHello")
        }
    }

    /// Goes on with what can go on without an event.
    mutating func goOn(_ session: inout Session, _ index: Int32) {
        switch session.stage {
        case .idle, .head: readRequest(&session, index)
        case .exchanging: carry(&session, index)
        case .lingering: linger(&session, index)
        default: break
        }
    }

    /// Reads what has come and begins an exchange when the head of a request is whole.
    mutating func readRequest(_ session: inout Session, _ index: Int32) {
        var buffer = unsafe HTTPBuffer(http.input, 0..<0)
        if session.exchange >= 0 {
            let exchange = unsafe exchange(of: session)
            if unsafe exchange.pointee.input.memory != nil {
                buffer = unsafe exchange.pointee.input
            }
        }
        var isNew = session.stage == .idle && !buffer.isEmpty
        while true {
            if isNew {
                let outcome = unsafe RequestHead.parse(
                    buffer.first, count: buffer.count, limits: HeadLimits(), into: http.request,
                    fields: http.requestFields)
                switch outcome {
                case .complete: return beginExchange(&session, index, buffer)
                case .refused(let refusal): return refuse(&session, index, buffer, refusal)
                case .incomplete: break
                }
            }
            guard session.downstream.isReadable else { break }
            buffer = http.withRoom(buffer)
            // What is left over of it when the protocol changes fits a relay's buffer.
            let space = min(
                ProxyLimits.headBufferBytes - Int(buffer.end),
                ProxyLimits.relayBufferBytes - min(buffer.count, ProxyLimits.relayBufferBytes) + 1)
            let before = Int(buffer.end)
            guard let memory = unsafe buffer.memory else { preconditionFailure("no buffer") }
            let received = unsafe session.downstream.receive(into: memory + before, count: space)
            guard received.isSuccess, received.count > 0 else {
                if received.wouldBlock {
                    session.downstream.isReadable = false
                    break
                }
                keepInput(&session, index, buffer)
                return clientLeft(&session, index, received)
            }
            session.downstream.noteRead(received.count, of: space)
            // Of requests that were sent together only the first has somebody wait for its answer.
            if session.stage == .idle { session.downstream.beginBurst() }
            buffer.end += Int32(received.count)
            // Only the end of a line can make more of a head than it was.
            isNew =
                unsafe memchr(memory + before, 0x0A, received.count) != nil
                || buffer.count > HeadLimits().headBytesMax
                || buffer.count == received.count
        }
        guard !buffer.isEmpty else { return }
        keepInput(&session, index, buffer)
        if session.stage == .idle {
            session.stage = .head
            session.stageSince = now
            arm(index, now + (unsafe http(of: session).pointee.headTimeoutMs))
        }
    }

    /// Keeps what there is of a request's head for when more comes.
    private mutating func keepInput(
        _ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer
    ) {
        guard !buffer.isEmpty else { return }
        let exchange = unsafe startExchange(&session)
        guard unsafe exchange.pointee.input.memory != buffer.memory else {
            return unsafe exchange.pointee.input = buffer
        }
        http.keep(buffer)
        unsafe exchange.pointee.input = buffer
    }

    /// The exchange of the session, begun now if there was none.
    mutating func startExchange(_ session: inout Session) -> UnsafeMutablePointer<Exchange> {
        if session.exchange < 0 {
            session.exchange = exchanges.allocate(Exchange())
            precondition(session.exchange >= 0, "more exchanges than sessions")
        }
        let exchange = unsafe exchange(of: session)
        if unsafe exchange.pointee.startedNs == 0 { unsafe exchange.pointee.startedNs = nowNs }
        return unsafe exchange
    }

    /// The client ended or broke its connection in place of a request, or in one.
    private mutating func clientLeft(
        _ session: inout Session, _ index: Int32, _ received: IOResult
    ) {
        if received.isStarved {
            timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        } else if session.exchange >= 0 {
            end(&session, index, .abandoned)
        } else {
            end(&session, index, received.isSuccess ? .completed : .downstreamReset)
        }
    }

    /// What the client sent is no request: it is told so, and nothing more is read of it.
    private mutating func refuse(
        _ session: inout Session, _ index: Int32, _ buffer: HTTPBuffer, _ refusal: Refusal
    ) {
        let exchange = unsafe startExchange(&session)
        bringUpToDate(&session)
        unsafe exchange.pointee.refusal = refusal
        unsafe exchange.pointee.reason = .requestRefused
        unsafe exchange.pointee.keepsClient = false
        unsafe exchange.pointee.bytesReceived = UInt64(buffer.count)
        unsafe http.release(&exchange.pointee.input)
        if session.exchangeCount < .max { session.exchangeCount += 1 }
        let worker = unsafe handle.pointee.index
        unsafe http(of: session).pointee.state.pointee.counters.row(worker)
            .add(ExchangeCounter.refused.rawValue)
        reply(&session, index, status: Int(refusal.status))
    }

    /// Reads and drops what a client sends that has its last answer: closing at once would reset
    /// the connection, and the answer might be lost with it (RFC 9112, section 9.6).
    mutating func linger(_ session: inout Session, _ index: Int32) {
        let capacity = ProxyLimits.headBufferBytes
        while session.downstream.isReadable {
            let received = unsafe session.downstream.receive(into: http.input, count: capacity)
            if received.wouldBlock {
                session.downstream.isReadable = false
                return
            }
            session.lingered += UInt32(max(0, received.rawValue))
            guard received.isSuccess, received.count > 0,
                session.lingered < ProxyLimits.lingerBytesMax
            else { return end(&session, index, session.reason) }
        }
    }
}
