// Sessions whose TLS is passed on as it is: what the client says first tells where they go. It is
// read into the buffer that it is sent from later, untouched, and no other is held meanwhile. Nothing
// is answered but an alert, and only to who speaks TLS: whoever else comes to a listener of bytes may
// speak anything, which a page of HTTP would be no answer to.

internal import Containers
internal import Linux
internal import TLS
internal import Telemetry

extension Worker {
    /// Waits for what the client says.
    mutating func awaitHello(_ session: inout Session, _ index: Int32) {
        session.stage = .hello
        session.stageSince = now
        timers.set(index, deadline: nextLook(session, before: helloDeadline(&session)))
    }

    /// The client has said something, or left: reads it, and goes on once the hello is whole.
    mutating func readHello(_ session: inout Session, _ index: Int32) {
        assert(session.stage == .hello)
        while session.downstream.isReadable {
            let filled = session.toUpstream.pending
            let buffer = unsafe session.toUpstream.buffer ?? relay.buffers.take()
            unsafe session.toUpstream.buffer = unsafe buffer
            let capacity = ProxyLimits.relayBufferBytes - filled
            precondition(capacity > 0, "a hello beyond its bound is incomplete")
            let received = unsafe session.downstream.receive(
                into: buffer + filled, count: capacity)
            guard received.isSuccess, received.count > 0 else {
                // Who has said nothing yet holds nothing.
                if filled == 0 { relay.release(&session.toUpstream) }
                return stopReadingHello(&session, index, received)
            }
            session.downstream.noteRead(received.count, of: capacity)
            session.toUpstream.pending = filled + received.count
            guard session.toUpstream.pending >= Int(session.helloBytesMin) else { continue }
            guard needsMore(&session, index) else { return }
        }
    }

    /// The session's time for a hello may be up, or what it needs was removed.
    mutating func helloTimer(_ session: inout Session, _ index: Int32) {
        let removal = removalDeadline(session)
        guard removal == 0 || now < removal else { return end(&session, index, .drainTimeout) }
        guard now < helloDeadline(&session) else { return end(&session, index, .helloTimeout) }
        timers.set(index, deadline: nextLook(session, before: helloDeadline(&session)))
        // After a pause for want of memory no edge is owed: the flags say what there is to do.
        readHello(&session, index)
    }

    // Steps ---------------------------------------------------------------------------------

    /// Looks whether the hello is whole, and acts on it. True while it is not.
    private mutating func needsMore(_ session: inout Session, _ index: Int32) -> Bool {
        guard let buffer = unsafe session.toUpstream.buffer else {
            preconditionFailure("bytes without a buffer")
        }
        let scratch = unsafe relay.buffers.take()
        defer { unsafe relay.buffers.give(scratch) }
        precondition(ClientHelloLimits.scratchBytes <= ProxyLimits.relayBufferBytes)
        let outcome = unsafe ClientHello.parse(
            buffer.assumingMemoryBound(to: UInt8.self), count: session.toUpstream.pending,
            scratch: scratch.assumingMemoryBound(to: UInt8.self))
        switch outcome {
        case .incomplete(let bytes):
            session.helloBytesMin = UInt16(bytes)
            return true
        case .refused(let refusal):
            tell(refusal, &session)
            refuseHello(&session, index, .helloRefused, alert: refusal.alert)
        case .complete(let hello):
            route(&session, index, by: hello)
        }
        return false
    }

    /// Connects to a backend of the upstream that the hello leads to. What was read is what is sent
    /// first, and stays for as long as backends are tried.
    private mutating func route(
        _ session: inout Session, _ index: Int32, by hello: ClientHello
    ) {
        guard let plan = unsafe session.listener.pointee.hello else {
            preconditionFailure("a ClientHello that nobody asks for")
        }
        let found = unsafe plan.pointee.upstream(
            serverName: hello.serverName, protocols: hello.protocols.list)
        guard let upstream = unsafe found else {
            let alert = unsafe plan.pointee.noRouteAlert
            return refuseHello(&session, index, .noRoute, alert: alert)
        }
        timers.cancel(index)
        unsafe session.plan = unsafe upstream
        session.key = unsafe key(of: &session, upstream, serverName: hello.serverName)
        unsafe depositRetry(upstream)
        connect(&session, index)
    }

    /// A read gave nothing: the client has said no more so far, or will not.
    private mutating func stopReadingHello(
        _ session: inout Session, _ index: Int32, _ received: IOResult
    ) {
        if received.wouldBlock {
            session.downstream.isReadable = false
        } else if received.isStarved {
            timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
        } else {
            // Nobody can be asked on behalf of one who said half of what they want.
            end(&session, index, .abandoned)
        }
    }

    /// Ends a session that is not to be passed on.
    ///
    /// - Parameter alert: What the client is told (RFC 8446, section 6.2), or 0.
    private mutating func refuseHello(
        _ session: inout Session, _ index: Int32, _ reason: EndReason, alert: UInt8
    ) {
        if alert != 0 { sendAlert(&session, alert) }
        end(&session, index, reason)
    }

    /// Sends a fatal alert before anything is encrypted (RFC 8446, sections 5.1 and 6).
    private mutating func sendAlert(_ session: inout Session, _ alert: UInt8) {
        // A socket that is closed with something unread resets the connection, and the client never
        // sees what was sent. One that goes on sending is not waited for.
        var reads = 0
        while session.downstream.isReadable, reads < ProxyLimits.refusedReads,
            let buffer = unsafe session.toUpstream.buffer
        {
            let capacity = ProxyLimits.relayBufferBytes
            let dropped = unsafe session.downstream.receive(into: buffer, count: capacity)
            guard dropped.isSuccess, dropped.count > 0 else { break }
            session.downstream.noteRead(dropped.count, of: capacity)
            reads += 1
        }
        let record: InlineArray<7, UInt8> = [21, 3, 3, 0, 2, 2, alert]
        _ = unsafe withUnsafeBytes(of: record) { record in
            unsafe record.baseAddress.map {
                unsafe session.downstream.send(from: $0, count: record.count)
            }
        }
    }

    /// Has a refusal logged, unless another one was just before.
    private mutating func tell(_ refusal: ClientHelloRefusal, _ session: inout Session) {
        guard helloToldAt == 0 || now - helloToldAt >= ProxyLimits.refusedHelloTellMs else {
            return
        }
        helloToldAt = now
        let subject = unsafe session.listener.pointee.state.pointee.number
        record(WorkerRecord(.helloRefused, subject: subject, value: UInt64(refusal.rawValue)))
    }

    // Deadlines -----------------------------------------------------------------------------

    /// When the hello has to be whole, in ms.
    private mutating func helloDeadline(_ session: inout Session) -> UInt64 {
        session.startedAt + (unsafe session.listener.pointee.hello?.pointee.timeoutMs ?? 0)
    }
}
