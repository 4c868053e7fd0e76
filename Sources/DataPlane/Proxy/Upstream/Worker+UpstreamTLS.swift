// TLS with backends: the handshake that stands between a connect and the first byte, of sessions and of
// connections made ahead of need, and what its failures mean.

internal import Balancing
internal import Containers
internal import Glibc
internal import Linux
internal import TLS
internal import Telemetry

extension Worker {
    // Sessions ------------------------------------------------------------------------------

    /// Goes on with the handshake with the session's backend. True when it is done, or when there is
    /// none; otherwise an event goes on with it, or another backend is tried.
    mutating func secure(_ session: inout Session, _ index: Int32) -> Bool {
        guard let plan = unsafe session.upstreamPlan.pointee.tls else { return true }
        if session.upstream.tls == nil {
            guard unsafe openTLS(&session, plan) else {
                connectFailed(&session, index, ENOMEM)
                return false
            }
        }
        guard let tls = session.upstream.tls else {
            unsafe fail(&session, index, .nameMismatch, plan)
            return false
        }
        switch tls.handshake() {
        case .done:
            countHandshake(&session, tls.isResumed ? .resumed : .full)
            // What came behind the handshake may be in OpenSSL's keeping, of which no event tells.
            session.upstream.isReadable = true
            session.upstream.isWritable = true
            return true
        case .wantsRead, .wantsWrite: return false
        case .starved: connectFailed(&session, index, ENOMEM)
        case .reset(let code):
            countHandshake(&session, .reset)
            session.upstream.hasFailed = true
            unsafe failed(&session, index, plan, code)
        case .failed(let failure): unsafe fail(&session, index, failure, plan)
        }
        return false
    }

    /// The handshake failed, or cannot be begun for want of a name.
    private mutating func fail(
        _ session: inout Session, _ index: Int32, _ failure: TLSFailure,
        _ plan: UnsafePointer<UpstreamTLSPlan>
    ) {
        session.upstream.tlsFailure = failure
        countFailure(&session, failure)
        unsafe failed(&session, index, plan, EPROTO)
    }

    /// After a handshake that failed another backend is tried. Where the client chooses the name, it
    /// also chooses whether the certificate is for it: that must not speak against a backend.
    private mutating func failed(
        _ session: inout Session, _ index: Int32, _ plan: UnsafePointer<UpstreamTLSPlan>,
        _ code: Int32
    ) {
        session.reason = .upstreamTLSFailed
        if unsafe plan.pointee.takesHost, session.isHTTP {
            return giveUp(&session, index, .upstreamTLSFailed)
        }
        session.backendCounters?.add(BackendCounter.connectFailed.rawValue)
        noteFailed(&session, code, tls: session.upstream.tlsFailure)
        leaveBackend(&session)
        connect(&session, index)
    }

    /// Why the connection to the session's backend broke, where TLS may know better than the socket.
    mutating func brokenReason(_ session: inout Session) -> EndReason {
        guard let failure = session.upstream.tlsFailure else { return .upstreamReset }
        countFailure(&session, failure)
        return .upstreamTLSFailed
    }

    /// Counts a failure, and has the next handshake take nothing up.
    private mutating func countFailure(_ session: inout Session, _ failure: TLSFailure) {
        guard let state = unsafe session.backendState else { return }
        let worker = unsafe handle.pointee.index
        unsafe state.pointee.handshakes?.row(worker).add(BackendHandshakeCounter.failed(failure))
        let upstream = unsafe session.upstreamPlan
        unsafe upstream.pointee.backends[Int(session.backend)].sessionSlots?[worker].forget()
    }

    /// Counts what became of a handshake.
    mutating func countHandshake(_ session: inout Session, _ counter: BackendHandshakeCounter) {
        guard let state = unsafe session.backendState else { return }
        unsafe state.pointee.handshakes?.row(handle.pointee.index).add(counter.rawValue)
    }

    /// Makes the session's TLS. False when there is no memory for it; there is none yet when the
    /// backend has no name and has to have one.
    private mutating func openTLS(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamTLSPlan>
    ) -> Bool {
        let upstream = unsafe session.upstreamPlan
        let backend = unsafe upstream.pointee.backends + Int(session.backend)
        let socket = session.upstream.socket
        guard let host = unsafe requestHost(of: &session, plan) else {
            let name = unsafe backend.pointee.serverName
            guard unsafe !name.isEmpty || !plan.pointee.isVerifying else { return true }
            session.upstream.tls = unsafe client(
                socket, backend, plan, name: name.bytes, count: name.count)
            return session.upstream.tls != nil
        }
        guard host.isName else { return true }
        session.upstream.tls = unsafe host.withLowercased { name, count in
            unsafe client(socket, backend, plan, name: name, count: count)
        }
        if session.pooled >= 0 {
            unsafe connections(session.pooled).pointee.hostHash = hostHash(of: &session)
        }
        // What cannot be a name is the client's doing, and no want of memory.
        return true
    }

    private mutating func client(
        _ socket: Int32, _ backend: UnsafePointer<BackendPlan>,
        _ plan: UnsafePointer<UpstreamTLSPlan>, name: UnsafePointer<UInt8>?, count: Int
    ) -> TLSSession? {
        let worker = unsafe handle.pointee.index
        return unsafe plan.pointee.contexts[worker].session(
            socket: socket, name: name, count: count,
            slot: backend.pointee.sessionSlots?[worker])
    }

    // Hosts ---------------------------------------------------------------------------------

    /// The host of the session's request, where backends are asked for that.
    private mutating func requestHost(
        of session: inout Session, _ plan: UnsafePointer<UpstreamTLSPlan>
    ) -> RequestHost? {
        guard unsafe plan.pointee.takesHost, session.exchange >= 0 else { return nil }
        let request = unsafe exchange(of: session).pointee.request
        guard unsafe request.memory != nil else { return nil }
        return unsafe RequestHost(ofHead: request.first, count: request.count)
    }

    /// What a kept connection has to have for the session's request; see
    /// `PooledConnection.hostHash`.
    mutating func hostHash(of session: inout Session) -> UInt64 {
        guard let plan = unsafe session.upstreamPlan.pointee.tls,
            let host = unsafe requestHost(of: &session, plan),
            host.isName
        else { return 0 }
        return unsafe host.withLowercased { name, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: name, count: count)
            return max(1, unsafe BalancingHash.hash(bytes: bytes))
        }
    }

    // Connections ahead of need -------------------------------------------------------------

    /// Gives a connection that is about to be made what encrypts it, where the upstream wants that.
    /// False when that cannot be.
    mutating func addTLS(
        to connection: inout PooledConnection, _ upstream: UnsafePointer<UpstreamPlan>,
        _ backend: UnsafePointer<BackendPlan>
    ) -> Bool {
        guard let plan = unsafe upstream.pointee.tls else { return true }
        let name = unsafe backend.pointee.serverName
        guard unsafe !name.isEmpty || !plan.pointee.isVerifying else { return false }
        connection.tls = unsafe client(
            connection.socket, backend, plan, name: name.bytes, count: name.count)
        return connection.tls != nil
    }

    /// Goes on with the handshake of a pooled connection.
    mutating func secure(pooled index: Int32, _ shelf: UnsafeMutablePointer<Shelf>) {
        let connection = unsafe connections(index)
        guard let tls = unsafe connection.pointee.tls else { preconditionFailure("no TLS") }
        let row = unsafe connection.pointee.backend.pointee.handshakes?.row(handle.pointee.index)
        switch tls.handshake() {
        case .done:
            row?.add((tls.isResumed ? BackendHandshakeCounter.resumed : .full).rawValue)
            return unsafe noteReady(connection)
        case .wantsRead, .wantsWrite: return
        case .starved: break
        case .reset(let code):
            // One that was refused never came to a handshake.
            if code != ECONNREFUSED { row?.add(BackendHandshakeCounter.reset.rawValue) }
        case .failed(let failure): row?.add(BackendHandshakeCounter.failed(failure))
        }
        unsafe discard(index, shelf, as: .connectFailed)
    }
}
