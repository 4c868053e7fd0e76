// Connections that go from one exchange to the next: lent to the session that has a request for
// their backend, taken back when the response is whole. One that is not clean is never taken back.

internal import Containers
internal import Linux
internal import Synchronization
internal import Telemetry

extension Worker {
    /// Lends the session a connection to its backend that has served another exchange, or that was
    /// made ahead of need. It keeps its place in the event queue. With `isProven`, one whose end a
    /// moment ago may not have come up as an event yet is not taken.
    mutating func reuse(
        _ session: inout Session, _ index: Int32, _ place: Int32, isProven: Bool
    ) -> Bool {
        let upstream = unsafe session.upstreamPlan
        guard unsafe session.snapshot == snapshot else { return false }
        let backend = unsafe upstream.pointee.backends + Int(place)
        guard let shelf = unsafe shelf(of: backend.pointee.state),
            // Whether one that is ejected can be reached has to be seen.
            unsafe backend.pointee.state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0
        else { return false }
        unsafe shelf.pointee.wanted += 1
        var candidate = unsafe shelf.pointee.first
        while candidate >= 0 {
            let connection = unsafe connections(candidate)
            let next = unsafe connection.pointee.next
            if unsafe connection.pointee.isConnected {
                if unsafe !isProven || Socket.isOpen(connection.pointee.socket) {
                    unsafe lend(candidate, shelf, toExchangeOf: &session, index)
                    if unsafe upstream.pointee.pool != nil {
                        unsafe replenish(upstream, backend, shelf)
                    }
                    return true
                }
                unsafe discard(candidate, shelf, as: .stale)
            }
            candidate = next
        }
        return false
    }

    private mutating func lend(
        _ pooled: Int32, _ shelf: UnsafeMutablePointer<Shelf>,
        toExchangeOf session: inout Session, _ index: Int32
    ) {
        unsafe pool.unshelve(pooled, shelf)
        let connection = unsafe connections(pooled)
        if unsafe connection.pointee.isUsed {
            unsafe connection.pointee.backend.pointee.idle.wrappingSubtract(1, ordering: .relaxed)
        }
        unsafe connection.pointee.session = index
        session.pooled = pooled
        session.upstream = Endpoint(socket: unsafe connection.pointee.socket)
        session.upstream.isWritable = true
        session.backendCounters?.add(BackendCounter.borrowed.rawValue)
    }

    /// Gives a new connection of the session a slot, by which its events find it. Returns 0 or an
    /// error number.
    mutating func watch(
        _ session: inout Session, _ index: Int32, _ state: UnsafeMutablePointer<BackendState>
    ) -> Int32 {
        var connection = unsafe PooledConnection(
            socket: session.upstream.socket, backend: state, bornAt: now)
        connection.session = index
        connection.isConnected = true
        if let ageMax = unsafe session.upstreamPlan.pointee.http?.ageMaxMs, ageMax > 0 {
            // Those that were made together do not end together.
            connection.expiresAt = now + ageMax - ageMax / 10 + nextDraw() % (ageMax / 5 + 1)
        }
        let slot = pool.connections.allocate(connection)
        precondition(slot >= 0, "more connections than sessions")
        let token = EventTag(.pooled, pool.connections.token(slot)).rawValue
        let added = epoll.add(session.upstream.socket, .connection, token: token)
        guard added.isSuccess else {
            pool.connections.free(slot)
            return added.errno
        }
        session.pooled = slot
        return 0
    }

    /// Takes the session's connection back for exchanges to come, if it is clean and wanted; what is
    /// not taken back is closed by `leaveBackend`.
    mutating func keepConnection(_ session: inout Session) {
        guard let policy = unsafe session.upstreamPlan.pointee.http, policy.idleMax > 0,
            let state = unsafe session.backendState, let shelf = unsafe shelf(of: state),
            let snapshot = unsafe snapshot, phase == .accepting,
            unsafe shelf.pointee.generation == snapshot.pointee.generation,
            unsafe state.pointee.isFit(at: now),
            unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0,
            !session.upstream.hasFailed, !session.upstream.endHasArrived,
            now < (unsafe connections(session.pooled).pointee.expiresAt)
        else { return }
        // Only a read can tell whether something stands behind what was to come.
        guard !session.upstream.isReadable || Socket.isSilent(session.upstream.socket) else {
            return
        }
        guard unsafe state.pointee.idle.add(below: policy.idleMax) else { return }
        let connection = unsafe connections(session.pooled)
        unsafe connection.pointee.session = -1
        unsafe connection.pointee.isUsed = true
        unsafe connection.pointee.idleSince = now
        unsafe pool.shelve(session.pooled, shelf)
        session.pooled = -1
        session.upstream.socket = -1
        pool.nextLook = min(pool.nextLook, now + ProxyLimits.poolLookMs)
    }
}
