// The life of a session: it begins with an accepted connection, has deadlines, and ends in one
// place.

internal import Containers
internal import Glibc
internal import Linux
internal import TLS
internal import Telemetry
internal import Synchronization

extension Worker {
    // Beginning -----------------------------------------------------------------------------

    /// Begins the session of an accepted connection, whose socket it owns from here on.
    mutating func begin(
        _ socket: Int32, listener: UnsafePointer<ListenerPlan>, client: NetworkAddress, port: UInt16
    ) {
        guard let snapshot = unsafe snapshot else { preconditionFailure("accepted by no snapshot") }
        let worker = unsafe handle.pointee.index
        let counters = unsafe listener.pointee.state.pointee.counters.row(worker)
        var session = unsafe Session(
            snapshot: snapshot, listener: listener, plan: listener.pointee.upstream,
            listenerCounters: counters, startedAt: now, lastActivity: now)
        session.client = client
        session.serverPort = port
        session.downstream.socket = socket
        session.downstream.isWritable = true
        let index = sessions.allocate(session)
        precondition(index >= 0, "accepted without room")
        unsafe Snapshot.count(1, in: snapshot, of: worker)
        unsafe process.pointee.active.wrappingAdd(1, ordering: .relaxed)
        unsafe listener.pointee.state.pointee.active.wrappingAdd(1, ordering: .relaxed)
        unsafe handle.pointee.sessions.store(Int(sessions.count), ordering: .relaxed)
        counters.add(ListenerCounter.accepted.rawValue)

        let added = epoll.add(
            socket, .connection, token: EventTag(.downstream, sessions.token(index)).rawValue)
        let slot = unsafe sessions.pointer(index)
        guard added.isSuccess else {
            return unsafe end(&slot.pointee, index, .exhausted)
        }
        if unsafe listener.pointee.tls != nil {
            return unsafe awaitHandshake(&slot.pointee, index)
        }
        if unsafe listener.pointee.http != nil { return unsafe awaitFirst(&slot.pointee, index) }
        if unsafe listener.pointee.hello != nil { return unsafe awaitHello(&slot.pointee, index) }
        unsafe reach(&slot.pointee, index)
    }

    /// Goes to the one upstream of a listener, which is not chosen by what clients say.
    mutating func reach(_ session: inout Session, _ index: Int32) {
        let upstream = unsafe session.upstreamPlan
        if let tls = session.downstream.tls {
            session.key = unsafe key(of: &session, upstream, serverName: tls.serverName)
        } else {
            session.key = unsafe key(of: &session, upstream)
        }
        unsafe depositRetry(upstream)
        connect(&session, index)
    }

    /// Work begins, which allows a part of a retry.
    mutating func depositRetry(_ upstream: UnsafePointer<UpstreamPlan>) {
        guard let allowance = unsafe upstream.pointee.retryBudget else { return }
        unsafe upstream.pointee.state.pointee.depositRetry(
            percent: allowance.percent, perSecond: allowance.perSecond, at: now)
    }

    /// The session goes by another snapshot from now on, and by what that says of its listener.
    mutating func move(
        _ session: inout Session, to next: UnsafeMutablePointer<Snapshot>,
        listener: UnsafePointer<ListenerPlan>
    ) {
        let worker = unsafe handle.pointee.index
        let old = unsafe session.snapshot
        unsafe session.snapshot = unsafe next
        unsafe session.listener = unsafe listener
        unsafe Snapshot.count(1, in: next, of: worker)
        unsafe Snapshot.count(-1, in: old, of: worker)
        unsafe releaseIfUnused(old)
    }

    // Events --------------------------------------------------------------------------------

    /// Something happened to the client's socket.
    mutating func downstreamEvent(
        _ session: inout Session, _ index: Int32, _ readiness: Readiness
    ) {
        session.downstream.note(readiness)
        if session.isHTTP { return clientEvent(&session, index, readiness) }
        if session.stage == .relaying {
            guard pump(&session, index) else { return }
            // Nothing reads from it that would hear of its reset.
            let isUnread = session.toUpstream.phase == .over || session.isStuckUpstream
            if session.downstream.hasFailed, isUnread { end(&session, index, .downstreamReset) }
            return
        }
        if session.stage == .handshaking { return handshakeEvent(&session, index, readiness) }
        if session.stage == .hello, !session.downstream.hasFailed {
            return readHello(&session, index)
        }
        // A client that is half closed still wants its answer; this one is gone.
        guard !readiness.isDisjoint(with: [.failed, .hungUp]) else { return }
        if session.stage != .resetting { return end(&session, index, .abandoned) }
        if session.reason == .upstreamReset { end(&session, index, session.reason) }
    }

    /// Something happened to the backend's socket.
    mutating func upstreamEvent(
        _ session: inout Session, _ index: Int32, _ readiness: Readiness
    ) {
        session.upstream.note(readiness)
        switch session.stage {
        case .relaying:
            guard pump(&session, index) else { return }
            if session.upstream.hasFailed, session.toDownstream.phase == .over {
                end(&session, index, .upstreamReset)
            }
            return
        case .connecting: break
        case .exchanging: return carry(&session, index)
        case .handshaking, .hello, .queued, .idle, .head, .lingering:
            preconditionFailure("an event of a backend that the session does not have")
        case .resetting:
            let isGone = !readiness.isDisjoint(with: [.failed, .hungUp])
            if isGone, session.reason == .downstreamReset { end(&session, index, session.reason) }
            return
        }
        // In a handshake what came before the failure tells more of it.
        if !readiness.isDisjoint(with: [.failed, .hungUp]), session.upstream.tls == nil {
            let code = Socket.takeError(session.upstream.socket)
            if code != 0 { return connectFailed(&session, index, code) }
        }
        // Without a pending error the connection was made, if only to be closed at once.
        connected(&session, index)
    }

    /// The session's timer expired: its deadline has come, or is looked at again.
    mutating func sessionTimer(_ session: inout Session, _ index: Int32) {
        if session.isHTTP { return exchangeTimer(&session, index) }
        switch session.stage {
        case .handshaking: return handshakeTimer(&session, index)
        case .queued: return end(&session, index, .queueTimeout)
        case .connecting: return connectFailed(&session, index, ETIMEDOUT)
        case .resetting: return lookAtReset(&session, index)
        case .hello: return helloTimer(&session, index)
        case .relaying: break
        case .idle, .head, .exchanging, .lingering:
            preconditionFailure("bytes are not asked for requests")
        }
        if let reason = deadlinePassed(session) { return end(&session, index, reason) }
        if !session.hasLateOptions { setLateOptions(&session) }
        timers.set(index, deadline: nextLook(session))
        // After a pause for want of memory no edge is owed: the flags say what there is to do.
        pump(&session, index)
    }

    /// Keepalive matters to connections that live: short ones are spared the calls and the timer.
    private mutating func setLateOptions(_ session: inout Session) {
        session.hasLateOptions = true
        unsafe session.listener.pointee.options.applyKeepAlive(to: session.downstream.socket)
        let upstream = unsafe session.upstreamPlan
        let options = unsafe upstream.pointee.options
        let address = unsafe upstream.pointee.backends[Int(session.backend)].address
        if address.isInternet { options.applyKeepAlive(to: session.upstream.socket) }
    }

    // Deadlines -----------------------------------------------------------------------------

    /// Why the session must end now, or nil.
    private mutating func deadlinePassed(_ session: Session) -> EndReason? {
        let listener = unsafe session.listener.pointee
        let idle = now - min(now, session.lastActivity)
        if listener.lifetimeMs > 0, now - session.startedAt >= listener.lifetimeMs {
            return .lifetime
        }
        if session.isHalfClosed, listener.halfClosedTimeoutMs > 0,
            now - min(now, max(session.lastActivity, session.stageSince))
                >= listener.halfClosedTimeoutMs
        {
            return .halfClosedTimeout
        }
        if listener.idleTimeoutMs > 0, idle >= listener.idleTimeoutMs { return .idleTimeout }
        let ends = removalDeadline(session)
        return ends > 0 && now >= ends ? .drainTimeout : nil
    }

    /// When to look at the deadlines again, in ms.
    mutating func nextLook(_ session: Session) -> UInt64 {
        let listener = unsafe session.listener.pointee
        var next = now + listener.lookAgainMs
        if listener.lifetimeMs > 0 { next = min(next, session.startedAt + listener.lifetimeMs) }
        if session.isHalfClosed, listener.halfClosedTimeoutMs > 0 {
            next = min(
                next, max(session.lastActivity, session.stageSince) + listener.halfClosedTimeoutMs)
        }
        if listener.idleTimeoutMs > 0 {
            next = min(next, session.lastActivity + listener.idleTimeoutMs)
        }
        let ends = removalDeadline(session)
        if ends > 0 { next = min(next, ends) }
        return max(next, now + 1)
    }

    /// When to look again, in ms, at a session that has until `deadline` to say where it goes: no
    /// later than a reload leaves it that removes its listener.
    mutating func nextLook(_ session: Session, before deadline: UInt64) -> UInt64 {
        let next = min(deadline, now + (unsafe session.listener.pointee.lookAgainMs))
        let removal = removalDeadline(session)
        return max(removal > 0 ? min(next, removal) : next, now + 1)
    }

    /// When the removal of the session's listener or backend ends it, or 0.
    mutating func removalDeadline(_ session: Session) -> UInt64 {
        let listener = unsafe session.listener.pointee.state.pointee.endsAtMs
            .load(ordering: .relaxed)
        let backend = unsafe session.backendState?.pointee.endsAtMs.load(ordering: .relaxed) ?? 0
        if listener == 0 { return backend }
        return backend == 0 ? listener : min(listener, backend)
    }

    /// Looks at the deadlines in time for the half-closed timeout, which began just now.
    mutating func noteHalfClosed(_ session: inout Session, _ index: Int32) {
        session.stageSince = now
        let timeout = unsafe session.listener.pointee.halfClosedTimeoutMs
        guard timeout > 0 else { return }
        if let deadline = timers.deadline(of: index), deadline <= now + timeout { return }
        timers.set(index, deadline: now + timeout)
    }

    // End -----------------------------------------------------------------------------------

    /// Ends a session: the only place that closes its sockets and frees its slot.
    mutating func end(_ session: inout Session, _ index: Int32, _ reason: EndReason) {
        if delaysReset(&session, index, reason) { return }
        let resets = session.endResets(reason, at: now)
        let worker = unsafe handle.pointee.index
        // A connection whose TLS failed is broken like one that was reset, and only told otherwise.
        let hasTLSFailed =
            session.downstream.tlsFailure != nil
            && (reason == .downstreamReset || reason == .abandoned)
        let told: EndReason = hasTLSFailed ? .tlsFailed : reason
        session.listenerCounters.add(ListenerCounter.ended(told))
        if reason == .upstreamReset {
            session.backendCounters?.add(BackendCounter.reset.rawValue)
        }
        if resets.contains(.downstream) { _ = Socket.setLingerZero(session.downstream.socket) }
        if resets.contains(.upstream), session.upstream.socket >= 0 {
            _ = Socket.setLingerZero(session.upstream.socket)
            // A goodbye would make a whole of what was cut.
            session.upstream.freeTLS(saysGoodbye: false)
        }
        relay.release(&session.toUpstream)
        relay.release(&session.toDownstream)
        if session.exchange >= 0 {
            tell(&session, endsFor: told)
            dropExchange(&session)
        }
        leaveBackend(&session)
        if session.stage == .queued { leaveQueue(&session, index) }
        if session.stage == .handshaking { leaveHandshake(&session, index) }
        timers.cancel(index)
        leftOver.remove(index)

        unsafe session.listener.pointee.state.pointee.active.wrappingSubtract(1, ordering: .relaxed)
        unsafe process.pointee.active.wrappingSubtract(1, ordering: .relaxed)
        let snapshot = unsafe session.snapshot
        unsafe Snapshot.count(-1, in: snapshot, of: worker)
        session.downstream.freeTLS(saysGoodbye: !resets.contains(.downstream))
        let socket = session.downstream.socket
        // The generation moves on before the number can be anybody else's.
        sessions.free(index)
        FileDescriptor.close(socket)
        unsafe handle.pointee.sessions.store(Int(sessions.count), ordering: .relaxed)
        unsafe releaseIfUnused(snapshot)
    }

    /// A reset takes back what the kernel has not delivered yet (tcp(7), SO_LINGER), and one that
    /// overtakes lost segments may be taken for an attack (RFC 5961, section 3.2): a side that is
    /// owed bytes is reset when it has them, or after a while. Returns true when that is so.
    private mutating func delaysReset(
        _ session: inout Session, _ index: Int32, _ reason: EndReason
    ) -> Bool {
        guard session.stage == .relaying, reason == .upstreamReset || reason == .downstreamReset
        else { return false }
        session.reason = reason
        guard isOwed(&session) else { return false }
        if reason == .upstreamReset {
            session.backendCounters?.add(BackendCounter.reset.rawValue)
            leaveBackend(&session)
        }
        relay.release(&session.toUpstream)
        relay.release(&session.toDownstream)
        session.stage = .resetting
        session.stageSince = now
        leftOver.remove(index)
        timers.set(index, deadline: now + ProxyLimits.resetLookMs)
        return true
    }

    /// True while the side that is to be reset has not acknowledged everything.
    private mutating func isOwed(_ session: inout Session) -> Bool {
        let isUpstreamGone = session.reason == .upstreamReset
        let socket = isUpstreamGone ? session.downstream.socket : session.upstream.socket
        return socket >= 0 && Socket.unsentBytes(socket) > 0
    }

    private mutating func lookAtReset(_ session: inout Session, _ index: Int32) {
        guard isOwed(&session), now - session.stageSince < ProxyLimits.resetWaitMs else {
            return end(&session, index, session.reason)
        }
        timers.set(index, deadline: now + ProxyLimits.resetLookMs)
    }
}
