// Connections that go from one exchange to the next: lent to the session that has a request for
// their backend, taken back when the response is whole. One that is not clean is never taken back.

internal import Containers
internal import Glibc
internal import Linux
internal import Synchronization
internal import TLS
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
        if unsafe upstream.pointee.pool != nil { unsafe shelf.pointee.wanted += 1 }
        let hostHash = hostHash(of: &session)
        var candidate = unsafe shelf.pointee.first
        while candidate >= 0 {
            let connection = unsafe connections(candidate)
            let next = unsafe connection.pointee.next
            if !reclaim(candidate) {
                _ = unsafe pool.remove(candidate, shelf)
            } else if unsafe connection.pointee.isConnected,
                unsafe connection.pointee.hostHash == hostHash
            {
                if unsafe !isProven || connection.pointee.isSilent {
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
        // Sessions of TLS stay with their worker, and what another one offers may be of a time
        // before there was any.
        guard unsafe upstream.pointee.tls == nil else { return false }
        return unsafe takeOffer(&session, index, backend.pointee.state)
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
        session.upstream.tls = unsafe connection.pointee.tls
        unsafe connection.pointee.tls = nil
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
        guard slot >= 0 else { return ENOMEM }
        let token = EventTag(.pooled, pool.connections.token(slot)).rawValue
        let added = epoll.add(session.upstream.socket, .connection, token: token)
        guard added.isSuccess else {
            pool.connections.free(slot)
            return added.errno
        }
        session.pooled = slot
        return 0
    }

    // Other workers -------------------------------------------------------------------------

    /// Lays an idle connection open to other workers.
    private mutating func offer(_ pooled: Int32) {
        guard unsafe handle.pointee.workerCount > 1 else { return }
        let connection = unsafe connections(pooled)
        guard unsafe connection.pointee.tls == nil else { return }
        guard let offers = unsafe connection.pointee.backend.pointee.offers else { return }
        let first = unsafe offers + handle.pointee.index * ConnectionOffer.perWorker
        for place in 0..<ConnectionOffer.perWorker where unsafe first[place].isEmpty() {
            unsafe connection.pointee.offerNumber = first[place].fill(
                socket: connection.pointee.socket, expiresAt: connection.pointee.expiresAt)
            unsafe connection.pointee.offer = Int8(place)
            return
        }
    }

    /// Takes back a connection that is offered, to use or close it. False when another worker has
    /// it: its slot is to be freed then, and nothing else.
    mutating func reclaim(_ pooled: Int32) -> Bool {
        let connection = unsafe connections(pooled)
        let place = unsafe Int(connection.pointee.offer)
        guard place >= 0, let offers = unsafe connection.pointee.backend.pointee.offers else {
            return true
        }
        unsafe connection.pointee.offer = -1
        let first = unsafe offers + handle.pointee.index * ConnectionOffer.perWorker
        return unsafe first[place].takeBack(connection.pointee.offerNumber)
    }

    /// Takes a connection that another worker offers.
    private mutating func takeOffer(
        _ session: inout Session, _ index: Int32, _ state: UnsafeMutablePointer<BackendState>
    ) -> Bool {
        let workers = unsafe handle.pointee.workerCount
        guard workers > 1, unsafe state.pointee.idle.load(ordering: .relaxed) > 0,
            let offers = unsafe state.pointee.offers
        else { return false }
        for step in 1..<workers {
            let other = unsafe (handle.pointee.index + step) % workers
            for place in 0..<ConnectionOffer.perWorker {
                let offer = unsafe offers + other * ConnectionOffer.perWorker + place
                guard let taken = unsafe offer.pointee.take() else { continue }
                unsafe state.pointee.idle.wrappingSubtract(1, ordering: .relaxed)
                unsafe process.pointee.workers[other].pointee.forget(taken.socket)
                if unsafe adopt(taken, &session, index, state) { return true }
            }
        }
        return false
    }

    /// Makes a connection that was another worker's the session's own. False when it is of no use.
    private mutating func adopt(
        _ taken: ConnectionOffer.Taken, _ session: inout Session, _ index: Int32,
        _ state: UnsafeMutablePointer<BackendState>
    ) -> Bool {
        session.upstream = Endpoint(socket: taken.socket)
        session.upstream.isWritable = true
        // Its end may have come up as an event over there.
        guard now < taken.expiresAt, Socket.isSilent(taken.socket),
            unsafe watch(&session, index, state) == 0
        else {
            FileDescriptor.close(taken.socket)
            session.upstream.socket = -1
            session.backendCounters?.add(BackendCounter.stale.rawValue)
            return false
        }
        let connection = unsafe connections(session.pooled)
        unsafe connection.pointee.isUsed = true
        unsafe connection.pointee.expiresAt = taken.expiresAt
        session.backendCounters?.add(BackendCounter.borrowed.rawValue)
        session.backendCounters?.add(BackendCounter.takenOver.rawValue)
        return true
    }

    /// Takes the session's connection back for exchanges to come, if it is clean and wanted; what is
    /// not taken back is closed by `leaveBackend`.
    mutating func keepConnection(_ session: inout Session) {
        guard let policy = unsafe session.upstreamPlan.pointee.http, policy.idleMax > 0,
            let state = unsafe session.backendState, let shelf = unsafe shelf(of: state),
            let snapshot = unsafe snapshot, unsafe session.snapshot == snapshot,
            phase == .accepting,
            unsafe shelf.pointee.generation == snapshot.pointee.generation,
            unsafe state.pointee.isFit(at: now),
            unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0,
            !session.upstream.hasFailed, !session.upstream.endHasArrived,
            now < (unsafe connections(session.pooled).pointee.expiresAt)
        else { return }
        // Only a read can tell whether something stands behind what was to come.
        guard isSilent(&session) else { return }
        guard unsafe state.pointee.idle.add(below: policy.idleMax) else { return }
        let connection = unsafe connections(session.pooled)
        unsafe connection.pointee.session = -1
        unsafe connection.pointee.isUsed = true
        unsafe connection.pointee.idleSince = now
        unsafe connection.pointee.tls = session.upstream.tls
        session.upstream.tls = nil
        unsafe pool.shelve(session.pooled, shelf)
        offer(session.pooled)
        session.pooled = -1
        session.upstream.socket = -1
        pool.nextLook = min(pool.nextLook, now + ProxyLimits.poolLookMs)
    }

    /// True when nothing stands behind what has come from the session's backend.
    private mutating func isSilent(_ session: inout Session) -> Bool {
        guard let tls = session.upstream.tls else {
            return !session.upstream.isReadable || Socket.isSilent(session.upstream.socket)
        }
        guard session.upstream.isReadable || tls.hasPending else { return true }
        return tls.peek() == .wouldRead
    }
}
