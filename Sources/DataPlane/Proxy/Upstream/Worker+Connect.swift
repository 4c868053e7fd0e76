// Reaching a backend: choosing, connecting, trying others. Nothing has been read from the client
// until a backend has taken the connection, so another one can be tried without harm.

internal import Balancing
internal import Containers
internal import Glibc
internal import Linux
internal import Telemetry
internal import Synchronization

extension Worker {
    /// Starts connecting to the next backend to try, or ends the session when there is none.
    mutating func connect(_ session: inout Session, _ index: Int32) {
        let upstream = unsafe session.listener.pointee.upstream
        while session.tried.count < (unsafe upstream.pointee.attempts) {
            let place = unsafe choose(session, upstream)
            guard place >= 0 else {
                if session.tried.count == 0 {
                    record(
                        WorkerRecord(
                            .noBackend, subject: unsafe upstream.pointee.state.pointee.number))
                }
                break
            }
            session.tried.append(place)
            switch startConnect(&session, index, place) {
            case 0: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC:
                // Ours to answer for, not the backend's.
                session.reason = .exhausted
                leaveBackend(&session)
            case EADDRNOTAVAIL, EAGAIN:
                // No port is left towards it, or no room in a Unix socket's queue: it is busy.
                session.reason = .connectFailed
                leaveBackend(&session)
            case let code:
                session.reason = .connectFailed
                failBackend(&session, code)
            }
            guard session.reason.isRetryable else { break }
        }
        end(&session, index, session.reason)
    }

    /// Asks the balancer for a backend that was not tried; one that rests only when all do.
    private mutating func choose(_ session: Session, _ plan: UnsafePointer<UpstreamPlan>) -> Int32 {
        let worker = unsafe handle.pointee.index
        // Read first: together with the change of its element it is an access to the whole state.
        let cursors = unsafe plan.pointee.state.pointee.cursors
        for includesResting in [false, true] {
            let view = unsafe UsableBackends(
                plan: plan, tried: session.tried, now: now, includesResting: includesResting)
            let place = unsafe plan.pointee.balancer.pick(
                key: session.key, cursor: &cursors[worker], view: view)
            if place >= 0 { return place }
        }
        return -1
    }

    /// Opens a socket and starts to connect it. Returns 0 or an error number.
    private mutating func startConnect(
        _ session: inout Session, _ index: Int32, _ place: Int32
    ) -> Int32 {
        let upstream = unsafe session.listener.pointee.upstream
        let backend = unsafe upstream.pointee.backends + Int(place)
        let worker = unsafe handle.pointee.index
        session.backend = place
        unsafe session.backendState = backend.pointee.state
        session.backendCounters = unsafe backend.pointee.state.pointee.counters.row(worker)
        unsafe backend.pointee.state.pointee.active.add(1, ordering: .relaxed)
        unsafe upstream.pointee.state.pointee.active.add(1, ordering: .relaxed)
        if session.tried.count > 1 { session.backendCounters?.add(BackendCounter.retried.rawValue) }

        let opened = Socket.open(family: unsafe backend.pointee.address.family)
        guard opened.isSuccess else { return opened.errno }
        session.upstream = Endpoint(socket: Int32(opened.count))
        let isInternet = unsafe backend.pointee.address.isInternet
        let options = unsafe upstream.pointee.options
        session.upstream.wantsNoDelay = isInternet && options.noDelay
        // Before the first byte: an urgent byte that is read earlier would be dropped.
        if isInternet { Socket.keepUrgentInline(session.upstream.socket) }
        if isInternet, options.userTimeout > 0 { options.applyUserTimeout(to: Int32(opened.count)) }

        if unsafe upstream.pointee.source.family == backend.pointee.address.family {
            let bound = unsafe Socket.bindSource(session.upstream.socket, upstream.pointee.source)
            guard bound.isSuccess else { return bound.errno }
        }

        let connected = unsafe Socket.connect(
            session.upstream.socket, to: backend.pointee.address)
        guard connected.isSuccess || connected.errno == EINPROGRESS else { return connected.errno }
        let added = epoll.add(
            session.upstream.socket, .connection,
            token: EventTag(.upstream, sessions.token(index)).rawValue)
        guard added.isSuccess else { return added.errno }
        session.stageSince = now
        timers.set(index, deadline: now + (unsafe upstream.pointee.connectTimeoutMs))
        return 0
    }

    /// The backend took the connection.
    mutating func connected(_ session: inout Session, _ index: Int32) {
        session.stage = .relaying
        session.lastActivity = now
        session.reason = .completed
        session.backendCounters?.add(BackendCounter.connected.rawValue)
        session.backendCounters?.add(
            BackendCounter.connectMilliseconds.rawValue, now - session.stageSince)
        guard let state = unsafe session.backendState else {
            preconditionFailure("connected to no backend")
        }
        let failures = unsafe state.pointee.noteSuccess()
        if failures > 0 {
            record(
                WorkerRecord(
                    .backendRecovered, subject: unsafe state.pointee.number, value: UInt64(failures)
                ))
        }
        // The connect's timer is left to expire where no deadline comes before it: the look that it
        // brings sets the next one.
        let firstLook = unsafe session.listener.pointee.firstLookMs
        if firstLook < (unsafe session.listener.pointee.upstream.pointee.connectTimeoutMs) {
            timers.set(index, deadline: nextLook(session))
        }
        pump(&session, index)
    }

    /// A connect failed with an error number: the backend rests, another is tried.
    mutating func connectFailed(_ session: inout Session, _ index: Int32, _ code: Int32) {
        session.reason = code == ETIMEDOUT ? .connectTimeout : .connectFailed
        failBackend(&session, code)
        connect(&session, index)
    }

    /// Counts a failure of the session's backend and leaves it.
    private mutating func failBackend(_ session: inout Session, _ code: Int32) {
        let counter: BackendCounter = code == ETIMEDOUT ? .connectTimeout : .connectFailed
        session.backendCounters?.add(counter.rawValue)
        guard let state = unsafe session.backendState else {
            preconditionFailure("no backend has failed")
        }
        if let rest = unsafe state.pointee.noteFailure(at: now) {
            record(
                WorkerRecord(
                    .backendFailed, subject: unsafe state.pointee.number, code: code, value: rest))
        }
        leaveBackend(&session)
    }

    /// Closes the backend's socket and counts the session out.
    mutating func leaveBackend(_ session: inout Session) {
        guard let state = unsafe session.backendState else { return }
        let upstream = unsafe session.listener.pointee.upstream
        unsafe state.pointee.active.subtract(1, ordering: .relaxed)
        unsafe upstream.pointee.state.pointee.active.subtract(1, ordering: .relaxed)
        session.backend = -1
        unsafe session.backendState = nil
        session.backendCounters = nil
        guard session.upstream.socket >= 0 else { return }
        FileDescriptor.close(session.upstream.socket)
        session.upstream.socket = -1
    }
}
