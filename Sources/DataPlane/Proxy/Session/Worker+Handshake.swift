// TLS of a client begins: from the accepted connection to the end of the handshake, from where on a
// session goes its way as if there were no TLS. Handshakes are a thousand times the work of anything
// else in a turn, so they wait for each other; sessions that are past theirs don't wait for them.

internal import Containers
internal import HTTP
internal import Linux
internal import TLS
internal import Telemetry

extension Worker {
    /// The connection of a client that is to speak TLS was accepted. Nothing is made for it before it
    /// has said something.
    mutating func awaitHandshake(_ session: inout Session, _ index: Int32) {
        session.stage = .handshaking
        session.stageSince = now
        session.ticket = nowNs
        // What the client has sent may be here already.
        session.downstream.isReadable = true
        handshakeRow(&session).add(HandshakeCounter.inFlight.rawValue)
        timers.set(index, deadline: nextLook(session, before: handshakeDeadline(&session)))
        handshakes.append(index)
    }

    /// Something happened to the socket of a client whose handshake is not done.
    mutating func handshakeEvent(
        _ session: inout Session, _ index: Int32, _ readiness: Readiness
    ) {
        // For who is gone before anything was calculated nothing is. Who went later may have said
        // why.
        let isGone = !readiness.isDisjoint(with: [.failed, .hungUp])
        if isGone, session.downstream.tls == nil { return end(&session, index, .abandoned) }
        if session.downstream.isReadable { handshakes.append(index) }
    }

    /// Goes on with handshakes, as many as there is time for in a turn.
    mutating func goOnWithHandshakes() {
        var left = ProxyLimits.handshakesPerTurn
        while left > 0, case let index = handshakes.popFirst(), index >= 0 {
            let session = unsafe sessions.pointer(index)
            if unsafe stepHandshake(&session.pointee, index) { left -= 1 }
        }
    }

    /// The session's time for its handshake may be up, or what it needs was removed.
    mutating func handshakeTimer(_ session: inout Session, _ index: Int32) {
        let removal = removalDeadline(session)
        guard removal == 0 || now < removal else { return end(&session, index, .drainTimeout) }
        guard now < handshakeDeadline(&session) else {
            handshakeRow(&session).add(HandshakeCounter.timedOut.rawValue)
            return end(&session, index, .tlsHandshakeTimeout)
        }
        timers.set(index, deadline: nextLook(session, before: handshakeDeadline(&session)))
        // After a pause for want of memory no edge is owed: the flags say what there is to do.
        if session.downstream.isReadable { handshakes.append(index) }
    }

    /// The session does not wait for its handshake any more.
    mutating func leaveHandshake(_ session: inout Session, _ index: Int32) {
        assert(session.stage == .handshaking)
        handshakeRow(&session).takeOne(HandshakeCounter.inFlight.rawValue)
        handshakes.remove(index)
    }

    // Steps ---------------------------------------------------------------------------------

    /// Goes on with a handshake as far as it goes now. True when that was work.
    private mutating func stepHandshake(_ session: inout Session, _ index: Int32) -> Bool {
        if session.downstream.tls == nil, !meet(&session, index) { return false }
        guard let tls = session.downstream.tls else { preconditionFailure("no TLS to begin") }
        switch tls.handshake() {
        case .done: finishHandshake(&session, index, tls)
        case .wantsRead: session.downstream.isReadable = false
        case .wantsWrite:
            session.downstream.isReadable = false
            session.downstream.isWritable = false
            session.downstream.readWaitsForWrite = true
        case .starved: timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        case .reset:
            handshakeRow(&session).add(HandshakeCounter.reset.rawValue)
            end(&session, index, .downstreamReset)
        case .failed(let failure): failHandshake(&session, index, failure)
        }
        return true
    }

    /// Looks at what the client says first. True when that is a handshake, which has begun then.
    private mutating func meet(_ session: inout Session, _ index: Int32) -> Bool {
        let countMax = FirstOctets.countMax
        let socket = session.downstream.socket
        let (seen, first) = unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: countMax
        ) { octets -> (IOResult, FirstOctets) in
            guard let base = octets.baseAddress else { preconditionFailure("no memory") }
            let seen = unsafe Socket.peek(socket, into: base, count: countMax)
            guard seen.isSuccess, seen.count > 0 else { return (seen, .undecided) }
            return (seen, unsafe FirstOctets(base, count: seen.count))
        }
        guard seen.isSuccess, seen.count > 0 else {
            hearNothing(&session, index, seen)
            return false
        }
        let isEnd = session.downstream.endHasArrived
        switch first {
        case .handshake where !isEnd: return beginTLS(&session, index)
        case .handshake: failHandshake(&session, index, .handshakeCutShort)
        case .request: answerInPlain(&session, index)
        case .undecided where !isEnd: session.downstream.isReadable = false
        case .undecided, .other: failHandshake(&session, index, .notTLS)
        }
        return false
    }

    /// The client has said nothing so far, or never will: some only look whether a port is open.
    private mutating func hearNothing(
        _ session: inout Session, _ index: Int32, _ seen: IOResult
    ) {
        if seen.wouldBlock {
            session.downstream.isReadable = false
        } else if seen.isStarved {
            timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        } else {
            end(&session, index, .abandoned)
        }
    }

    private mutating func beginTLS(_ session: inout Session, _ index: Int32) -> Bool {
        let plan = unsafe tls(of: &session)
        let contexts = unsafe plan.pointee.contexts[handle.pointee.index]
        guard let tls = contexts.session(socket: session.downstream.socket) else {
            handshakeRow(&session).add(HandshakeCounter.failed(.outOfMemory))
            end(&session, index, .exhausted)
            return false
        }
        session.downstream.tls = tls
        return true
    }

    /// The handshake is done: the session goes where it would have gone at once without TLS.
    private mutating func finishHandshake(
        _ session: inout Session, _ index: Int32, _ tls: TLSSession
    ) {
        noteHandshake(&session, tls)
        leaveHandshake(&session, index)
        timers.cancel(index)
        session.stage = .connecting
        session.ticket = 0
        session.lastActivity = now
        // What came with the last of the handshake was read ahead.
        session.downstream.isReadable = true
        if tls.receivesInKernel { session.downstream.distrustsShortReads = true }
        guard unsafe session.listener.pointee.http != nil else { return reach(&session, index) }
        awaitFirst(&session, index)
        if mayGoOn(&session) {
            bringUpToDate(&session)
        } else {
            beginGrace(&session, index)
        }
        readRequest(&session, index)
    }

    private mutating func noteHandshake(_ session: inout Session, _ tls: TLSSession) {
        guard let version = tls.version else {
            preconditionFailure("a handshake without a version")
        }
        let row = handshakeRow(&session)
        row.add(HandshakeCounter.done(version, isResumed: tls.isResumed).rawValue)
        row.add(HandshakeCounter.agreed(HandshakeCipher(number: tls.cipher)))
        if tls.sendsInKernel { row.add(HandshakeCounter.kernelSends.rawValue) }
        if tls.receivesInKernel { row.add(HandshakeCounter.kernelReceives.rawValue) }
        // The turn's time is from before the arithmetic.
        let duration = Clock.monotonicNanoseconds - session.ticket
        let worker = unsafe handle.pointee.index
        unsafe state(of: &session).pointee.durations.row(worker)
            .record(microseconds: duration / 1000)
    }

    /// It came to nothing. The client has been told by an alert, where it speaks TLS.
    private mutating func failHandshake(
        _ session: inout Session, _ index: Int32, _ failure: TLSFailure
    ) {
        handshakeRow(&session).add(HandshakeCounter.failed(failure))
        end(&session, index, .tlsHandshakeFailed)
    }

    /// Tells a client that asks in plain text how it should ask, whatever is spoken within TLS.
    private mutating func answerInPlain(_ session: inout Session, _ index: Int32) {
        handshakeRow(&session).add(HandshakeCounter.failed(.plainHTTP))
        let page: StaticString =
            "This port speaks TLS, and the request came without it. Ask with https:// instead.\n"
        var writer = unsafe HeadWriter(http.output, capacity: ProxyLimits.headBufferBytes)
        writer.statusLine(400, reason: StatusText.reason(400))
        writer.field("Content-Type", "text/plain; charset=utf-8")
        writer.field("Content-Length", decimal: UInt64(page.utf8CodeUnitCount))
        writer.field("Connection", "close")
        writer.endLine()
        writer.append(page)
        precondition(!writer.hasOverflowed, "a page of our own has no room")
        // It fits the socket, which nothing was written to.
        let sent = unsafe session.downstream.send(from: http.output, count: writer.count)
        session.reason = .tlsHandshakeFailed
        guard sent.isSuccess, session.downstream.shutdownWrite().isSuccess else {
            return end(&session, index, .tlsHandshakeFailed)
        }
        // To close at once would reset the connection, with the answer on its way.
        leaveHandshake(&session, index)
        session.isHTTP = true
        session.stage = .lingering
        session.stageSince = now
        session.lingered = 0
        timers.set(index, deadline: now + ProxyLimits.lingerMs)
        linger(&session, index)
    }

    // What it goes by -----------------------------------------------------------------------

    private mutating func tls(of session: inout Session) -> UnsafePointer<TLSPlan> {
        guard let plan = unsafe session.listener.pointee.tls else {
            preconditionFailure("a handshake of a listener without TLS")
        }
        return unsafe plan
    }

    private mutating func state(
        of session: inout Session
    ) -> UnsafeMutablePointer<HandshakeState> {
        guard let state = unsafe session.listener.pointee.state.pointee.handshakes else {
            preconditionFailure("a handshake that nobody has room to tell of")
        }
        return unsafe state
    }

    private mutating func handshakeRow(_ session: inout Session) -> CounterRow {
        let worker = unsafe handle.pointee.index
        return unsafe state(of: &session).pointee.counters.row(worker)
    }

    /// When the handshake has to be done, in ms.
    private mutating func handshakeDeadline(_ session: inout Session) -> UInt64 {
        session.startedAt + (unsafe tls(of: &session).pointee.handshakeTimeoutMs)
    }
}
