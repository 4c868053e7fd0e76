// Reaching a backend: choosing, connecting, trying others. Nothing has been read from the client
// until a backend has taken the connection, so another one can be tried without harm.

internal import Containers
internal import Glibc
internal import Linux
internal import Telemetry
internal import Synchronization

extension Worker {
    /// The session gets no backend: it ends, or its exchange gets an answer that says so.
    mutating func giveUp(_ session: inout Session, _ index: Int32, _ reason: EndReason) {
        if session.isHTTP {
            failExchange(&session, index, reason)
        } else {
            end(&session, index, reason)
        }
    }

    /// Starts connecting to the next backend to try, lets the session wait for one with room, or
    /// gives it up.
    mutating func connect(_ session: inout Session, _ index: Int32) {
        let upstream = unsafe session.upstreamPlan
        let isFirst = session.tried.count == 0
        guard isFirst || session.tried.count < (unsafe upstream.pointee.attempts) else {
            return giveUp(&session, index, session.reason)
        }
        // Who came first is served first.
        if isFirst, unsafe isQueueing(upstream) { return enqueue(&session, index) }
        switch unsafe choose(&session, upstream) {
        case .place(let place):
            guard unsafe isFirst || mayRetry(&session, upstream) else {
                unsafe giveBack(place, of: upstream)
                return giveUp(&session, index, session.reason)
            }
            proceed(&session, index, place)
        case .full:
            guard unsafe isFirst || mayRetry(&session, upstream) else {
                return giveUp(&session, index, session.reason)
            }
            enqueue(&session, index)
        case .none:
            if isFirst {
                record(
                    WorkerRecord(.noBackend, subject: unsafe upstream.pointee.state.pointee.number))
            }
            giveUp(&session, index, session.reason)
        }
    }

    /// True when one more retry is within the upstream's budget.
    private mutating func mayRetry(
        _ session: inout Session, _ upstream: UnsafePointer<UpstreamPlan>
    ) -> Bool {
        if hasFailedByItself(&session) { return true }
        guard let allowance = unsafe upstream.pointee.retryBudget else {
            unsafe count(.retried, of: upstream)
            return true
        }
        let state = unsafe upstream.pointee.state
        guard unsafe state.pointee.withdrawRetry(perSecond: allowance.perSecond, at: now) else {
            unsafe count(.retriesDenied, of: upstream)
            record(WorkerRecord(.retriesDenied, subject: unsafe state.pointee.number))
            return false
        }
        unsafe count(.retried, of: upstream)
        return true
    }

    /// Gives back a choice that is not made use of.
    private mutating func giveBack(_ place: Int32, of upstream: UnsafePointer<UpstreamPlan>) {
        let state = unsafe upstream.pointee.backends[Int(place)].state
        unsafe state.pointee.leave()
        unsafe upstream.pointee.state.pointee.active.wrappingSubtract(1, ordering: .relaxed)
        unsafe callNext(upstream)
    }

    /// Tries a backend that has counted the session in, and others when it cannot be reached.
    mutating func proceed(_ session: inout Session, _ index: Int32, _ place: Int32) {
        session.stage = .connecting
        session.stageSince = now
        session.tried.append(place)
        let code = startConnect(&session, index, place)
        guard code == 0 else { return connectFailed(&session, index, code) }
        // One that was borrowed is there already.
        if session.upstream.isWritable { begin(&session, index) }
    }

    /// Connects to the session's backend once more, and tries others when it cannot be reached.
    mutating func connectAnew(_ session: inout Session, _ index: Int32) {
        dropConnection(&session)
        session.stage = .connecting
        session.stageSince = now
        let upstream = unsafe session.upstreamPlan
        let backend = unsafe upstream.pointee.backends + Int(session.backend)
        let wantsNoDelay = session.upstream.wantsNoDelay
        let code = unsafe openConnection(&session, index, backend, wantsNoDelay: wantsNoDelay)
        if code != 0 { connectFailed(&session, index, code) }
    }

    /// Opens a socket and starts to connect it. Returns 0 or an error number.
    private mutating func startConnect(
        _ session: inout Session, _ index: Int32, _ place: Int32
    ) -> Int32 {
        let upstream = unsafe session.upstreamPlan
        let backend = unsafe upstream.pointee.backends + Int(place)
        let worker = unsafe handle.pointee.index
        session.backend = place
        unsafe session.backendState = backend.pointee.state
        session.backendCounters = unsafe backend.pointee.state.pointee.counters.row(worker)
        if session.tried.count > 1, !hasFailedByItself(&session) {
            session.backendCounters?.add(BackendCounter.retried.rawValue)
        }

        let wantsNoDelay =
            unsafe backend.pointee.address.isInternet && upstream.pointee.options.noDelay
        if session.isHTTP {
            countAttempt(&session)
            if mayReuse(&session), reuse(&session, index, place, isProven: !isRepeatable(&session))
            {
                noteReuse(&session)
                session.upstream.wantsNoDelay = wantsNoDelay
                return 0
            }
        } else if borrow(&session, index, place) {
            session.upstream.wantsNoDelay = wantsNoDelay
            return 0
        }
        return unsafe openConnection(&session, index, backend, wantsNoDelay: wantsNoDelay)
    }

    /// Opens a connection of the session's own. Returns 0 or an error number.
    private mutating func openConnection(
        _ session: inout Session, _ index: Int32, _ backend: UnsafePointer<BackendPlan>,
        wantsNoDelay: Bool
    ) -> Int32 {
        let upstream = unsafe session.upstreamPlan
        let opened = unsafe openSocket(upstream, backend)
        guard opened.isSuccess else { return opened.errno }
        session.upstream = Endpoint(socket: Int32(opened.count))
        session.upstream.wantsNoDelay = wantsNoDelay
        let connected = unsafe Socket.connect(
            session.upstream.socket, to: backend.pointee.address)
        guard connected.isSuccess || connected.errno == EINPROGRESS else { return connected.errno }
        let deadline = now + (unsafe upstream.pointee.connectTimeoutMs)
        if session.isHTTP {
            let code = unsafe watch(&session, index, backend.pointee.state)
            guard code == 0 else { return code }
            awaitBackend(&session, index, until: deadline)
        } else {
            let added = epoll.add(
                session.upstream.socket, .connection,
                token: EventTag(.upstream, sessions.token(index)).rawValue)
            guard added.isSuccess else { return added.errno }
            timers.set(index, deadline: deadline)
        }
        return 0
    }

    /// Opens a socket that is ready to be connected to a backend.
    mutating func openSocket(
        _ upstream: UnsafePointer<UpstreamPlan>, _ backend: UnsafePointer<BackendPlan>
    ) -> IOResult {
        let family = unsafe backend.pointee.address.family
        let opened = Socket.open(family: family)
        guard opened.isSuccess else { return opened }
        let socket = Int32(opened.count)
        if unsafe backend.pointee.address.isInternet {
            // Before the first byte: an urgent byte that is read earlier would be dropped.
            Socket.keepUrgentInline(socket)
            let options = unsafe upstream.pointee.options
            if options.userTimeout > 0 { options.applyUserTimeout(to: socket) }
        }
        if unsafe upstream.pointee.source.family == family {
            let bound = unsafe Socket.bindSource(socket, upstream.pointee.source)
            guard bound.isSuccess else {
                FileDescriptor.close(socket)
                return bound
            }
        }
        return opened
    }

    /// The backend took the connection: with TLS a handshake comes first, and this is called again
    /// for each step of it.
    mutating func connected(_ session: inout Session, _ index: Int32) {
        guard secure(&session, index) else { return }
        guard let state = unsafe session.backendState else {
            preconditionFailure("connected to no backend")
        }
        // Of one that speaks HTTP only a response tells.
        if !session.isHTTP { unsafe noteReached(&session, state) }
        begin(&session, index)
    }

    /// The session has a connection to its backend, a new one or a borrowed one.
    private mutating func begin(_ session: inout Session, _ index: Int32) {
        session.lastActivity = now
        session.reason = .completed
        session.backendCounters?.add(BackendCounter.connected.rawValue)
        session.backendCounters?.add(
            BackendCounter.connectMilliseconds.rawValue, now - session.stageSince)
        if session.isHTTP { return sendExchange(&session, index) }
        session.stage = .relaying
        // The connect's timer is left to expire where no deadline comes before it: the look that it
        // brings sets the next one.
        let firstLook = unsafe session.listener.pointee.firstLookMs
        let timeout = unsafe session.upstreamPlan.pointee.connectTimeoutMs
        if firstLook < timeout || session.tried.count > 1 || timers.deadline(of: index) == nil {
            timers.set(index, deadline: nextLook(session))
        }
        pump(&session, index)
    }

    /// A connect failed with an error number: another backend is tried, where it may fare better.
    mutating func connectFailed(_ session: inout Session, _ index: Int32, _ code: Int32) {
        switch ConnectFailure(code) {
        case .exhausted:
            session.reason = .exhausted
            leaveBackend(&session)
            // Clients to come had better wait than be reset.
            pauseAccepting(code)
            return giveUp(&session, index, .exhausted)
        case .noPort:
            session.reason = .exhausted
            noteNoPath(&session, code)
        case .queueFull:
            session.reason = .connectFailed
            noteNoPath(&session, code)
        case .backend:
            session.reason = code == ETIMEDOUT ? .connectTimeout : .connectFailed
            failBackend(&session, code)
        }
        connect(&session, index)
    }

    /// Leaves a backend that nothing is known of, since there was no way to it.
    private mutating func noteNoPath(_ session: inout Session, _ code: Int32) {
        if let state = unsafe session.backendState {
            record(WorkerRecord(.noPort, subject: unsafe state.pointee.number, code: code))
        }
        leaveBackend(&session)
    }

    /// True when the session's last attempt failed for want of something that this process has too
    /// little of: trying another backend is no retry of the first then.
    private mutating func hasFailedByItself(_ session: inout Session) -> Bool {
        session.reason == .exhausted
    }

    /// Counts a failure of the session's backend and leaves it.
    private mutating func failBackend(_ session: inout Session, _ code: Int32) {
        let counter: BackendCounter = code == ETIMEDOUT ? .connectTimeout : .connectFailed
        session.backendCounters?.add(counter.rawValue)
        if session.upstream.tls != nil { countHandshake(&session, .timedOut) }
        noteFailed(&session, code)
        leaveBackend(&session)
    }

    /// Closes the backend's socket and counts the session out.
    mutating func leaveBackend(_ session: inout Session) {
        guard let state = unsafe session.backendState else { return }
        let upstream = unsafe session.upstreamPlan
        unsafe state.pointee.leave()
        unsafe upstream.pointee.state.pointee.active.wrappingSubtract(1, ordering: .relaxed)
        unsafe callNext(upstream)
        session.backend = -1
        session.isTrial = false
        session.maySpeakFor = false
        unsafe session.backendState = nil
        session.backendCounters = nil
        dropConnection(&session)
    }

    /// Closes the backend's socket.
    private mutating func dropConnection(_ session: inout Session) {
        guard session.upstream.socket >= 0 else { return }
        // The generation moves on before the number can be anybody else's.
        if session.pooled >= 0 { pool.connections.free(session.pooled) }
        session.pooled = -1
        let isSound = !session.upstream.hasFailed && session.upstream.tlsFailure == nil
        session.upstream.freeTLS(saysGoodbye: isSound)
        FileDescriptor.close(session.upstream.socket)
        session.upstream.socket = -1
    }
}
