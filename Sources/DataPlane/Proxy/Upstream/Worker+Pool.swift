// Connections ahead of need: made while sessions are few, lent to the next session of their backend,
// replaced in the background. A connection that has ended is never lent.

internal import Containers
internal import Glibc
internal import Linux
internal import Synchronization
internal import Telemetry

extension Worker {
    // Lending -------------------------------------------------------------------------------

    /// Lends the session a connection to its backend, if one is ready. It has the session's place
    /// in the event queue then.
    mutating func borrow(_ session: inout Session, _ index: Int32, _ place: Int32) -> Bool {
        let upstream = unsafe session.upstreamPlan
        guard unsafe upstream.pointee.pool != nil, unsafe session.snapshot == snapshot else {
            return false
        }
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
            if unsafe connection.pointee.isConnected, unsafe !connection.pointee.isUsed {
                // What ended a moment ago may not have come up as an event yet.
                if unsafe connection.pointee.isOpen {
                    let isLent = unsafe lend(candidate, shelf, to: &session, index)
                    unsafe replenish(upstream, backend, shelf)
                    return isLent
                }
                unsafe discard(candidate, shelf, as: .stale)
            }
            candidate = next
        }
        return false
    }

    private mutating func lend(
        _ pooled: Int32, _ shelf: UnsafeMutablePointer<Shelf>, to session: inout Session,
        _ index: Int32
    ) -> Bool {
        var connection = unsafe pool.remove(pooled, shelf)
        let token = EventTag(.upstream, sessions.token(index)).rawValue
        guard epoll.modify(connection.socket, .connection, token: token).isSuccess else {
            connection.freeTLS(saysGoodbye: true)
            FileDescriptor.close(connection.socket)
            return false
        }
        session.upstream = Endpoint(socket: connection.socket)
        session.upstream.tls = connection.tls
        session.upstream.isReadable = true
        session.upstream.isWritable = true
        session.backendCounters?.add(BackendCounter.borrowed.rawValue)
        return true
    }

    // Making --------------------------------------------------------------------------------

    /// Makes connections until there are as many as sessions wanted lately, one at least.
    mutating func replenish(
        _ upstream: UnsafePointer<UpstreamPlan>, _ backend: UnsafePointer<BackendPlan>,
        _ shelf: UnsafeMutablePointer<Shelf>
    ) {
        guard let policy = unsafe upstream.pointee.pool,
            // Whom to ask for is known with a request.
            unsafe upstream.pointee.tls?.pointee.takesHost != true
        else { return }
        let share = unsafe policy.share(of: handle.pointee.index, among: handle.pointee.workerCount)
        let demand = unsafe max(shelf.pointee.demand, shelf.pointee.wanted)
        let wanted = min(Int(max(1, demand)), share)
        while unsafe Int(shelf.pointee.count) < wanted {
            guard unsafe prepare(upstream, backend, shelf) else { return }
        }
    }

    /// Begins one connection. False when that cannot be done now.
    private mutating func prepare(
        _ upstream: UnsafePointer<UpstreamPlan>, _ backend: UnsafePointer<BackendPlan>,
        _ shelf: UnsafeMutablePointer<Shelf>
    ) -> Bool {
        let opened = unsafe openSocket(upstream, backend)
        guard opened.isSuccess else { return false }
        let socket = Int32(opened.count)
        let connected = unsafe Socket.connect(socket, to: backend.pointee.address)
        var connection = unsafe PooledConnection(
            socket: socket, backend: backend.pointee.state, bornAt: now)
        guard connected.isSuccess || connected.errno == EINPROGRESS,
            unsafe addTLS(to: &connection, upstream, backend),
            let pooled = unsafe pool.add(connection, shelf)
        else {
            connection.freeTLS(saysGoodbye: false)
            FileDescriptor.close(socket)
            return false
        }
        let token = EventTag(.pooled, pool.connections.token(pooled)).rawValue
        guard epoll.add(socket, .connection, token: token).isSuccess else {
            _ = unsafe pool.remove(pooled, shelf)
            connection.freeTLS(saysGoodbye: false)
            FileDescriptor.close(socket)
            return false
        }
        return true
    }

    // Watching ------------------------------------------------------------------------------

    /// Something happened to a pooled connection. Early bytes stay where they are, for the session
    /// that borrows it.
    mutating func pooledEvent(_ index: Int32, _ readiness: Readiness) {
        let connection = unsafe connections(index)
        if case let borrower = unsafe connection.pointee.session, borrower >= 0 {
            let session = unsafe sessions.pointer(borrower)
            return unsafe upstreamEvent(&session.pointee, borrower, readiness)
        }
        let backend = unsafe connection.pointee.backend
        guard let shelf = unsafe shelf(of: backend) else {
            preconditionFailure("a pooled connection without a shelf")
        }
        if unsafe connection.pointee.tls != nil, unsafe !connection.pointee.isConnected {
            return unsafe secure(pooled: index, shelf)
        }
        // What an idle one sends is the answer to nothing, if it is not the end.
        if unsafe connection.pointee.isUsed, readiness.contains(.readable),
            !readiness.contains(.peerClosed),
            unsafe connection.pointee.tls == nil || !connection.pointee.isSilent
        {
            return unsafe discard(index, shelf, as: .stale)
        }
        guard readiness.isDisjoint(with: [.failed, .hungUp, .peerClosed]) else {
            let isStale = unsafe connection.pointee.isConnected
            if unsafe connection.pointee.isUsed {
                unsafe shelf.pointee.learn(idleMs: now - connection.pointee.idleSince)
            }
            return unsafe discard(index, shelf, as: isStale ? .stale : .connectFailed)
        }
        guard readiness.contains(.writable), unsafe !connection.pointee.isConnected else { return }
        unsafe noteReady(connection)
    }

    /// A pooled connection may be lent from now on.
    mutating func noteReady(_ connection: UnsafeMutablePointer<PooledConnection>) {
        unsafe connection.pointee.isConnected = true
        unsafe connection.pointee.idleSince = now
        unsafe count(.pooled, of: connection.pointee.backend)
    }

    /// Looks at all shelves: closes what is too old or leads to a backend that is not fit, and
    /// makes what is wanted.
    mutating func lookAtPool() {
        pool.nextLook = .max
        guard let snapshot = unsafe snapshot else { return }
        for position in 0..<(unsafe snapshot.pointee.upstreamCount) {
            let upstream = unsafe snapshot.pointee.upstreams[position]
            guard unsafe upstream.pointee.keepsConnections else { continue }
            pool.nextLook = now + ProxyLimits.poolLookMs
            let isWarm = unsafe upstream.pointee.pool != nil
            for place in 0..<(unsafe Int(upstream.pointee.backendCount)) {
                let backend = unsafe upstream.pointee.backends + place
                guard let shelf = unsafe shelf(of: backend.pointee.state) else { continue }
                guard unsafe isWarm || shelf.pointee.count > 0 else { continue }
                unsafe lookAtShelf(upstream, backend, shelf)
            }
        }
    }

    private mutating func lookAtShelf(
        _ upstream: UnsafePointer<UpstreamPlan>, _ backend: UnsafePointer<BackendPlan>,
        _ shelf: UnsafeMutablePointer<Shelf>
    ) {
        let demand = unsafe shelf.pointee.demand
        unsafe shelf.pointee.demand = max(shelf.pointee.wanted, demand - (demand + 7) / 8)
        unsafe shelf.pointee.wanted = 0
        let isFit =
            unsafe backend.pointee.state.pointee.isFit(at: now)
            && backend.pointee.state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0
            && backend.pointee.address.family != 0
        unsafe shelf.pointee.relearn()
        var index = unsafe shelf.pointee.first
        while index >= 0 {
            let connection = unsafe connections(index).pointee
            if !isFit {
                unsafe discard(index, shelf, as: .expired)
            } else if !connection.isConnected {
                if now - connection.bornAt >= (unsafe upstream.pointee.connectTimeoutMs) {
                    unsafe discard(index, shelf, as: .connectTimeout)
                }
            } else if unsafe isTooOld(connection, upstream, shelf) {
                unsafe discard(index, shelf, as: .expired)
            }
            index = connection.next
        }
        if isFit { unsafe replenish(upstream, backend, shelf) }
    }

    private mutating func isTooOld(
        _ connection: PooledConnection, _ upstream: UnsafePointer<UpstreamPlan>,
        _ shelf: UnsafeMutablePointer<Shelf>
    ) -> Bool {
        let idle = now - connection.idleSince
        if now >= connection.expiresAt { return true }
        if connection.isUsed {
            return unsafe idle >= shelf.pointee.idleLimit(upstream.pointee.http?.keptMs ?? 0)
        }
        guard let policy = unsafe upstream.pointee.pool else { return true }
        return idle >= policy.maxIdleMs || now - connection.bornAt >= policy.maxAgeMs
    }

    // Changes -------------------------------------------------------------------------------

    /// Another snapshot is in force: closes what it has no use for.
    mutating func adoptPool(_ next: UnsafeMutablePointer<Snapshot>) {
        let generation = unsafe next.pointee.generation
        for position in 0..<(unsafe next.pointee.upstreamCount) {
            let upstream = unsafe next.pointee.upstreams[position]
            guard unsafe upstream.pointee.keepsConnections else { continue }
            pool.nextLook = now
            for place in 0..<(unsafe Int(upstream.pointee.backendCount)) {
                let backend = unsafe upstream.pointee.backends + place
                guard let shelf = unsafe shelf(of: backend.pointee.state) else { continue }
                if unsafe shelf.pointee.address == backend.pointee.address,
                    unsafe shelf.pointee.source == upstream.pointee.source,
                    unsafe shelf.pointee.options == upstream.pointee.options,
                    unsafe shelf.pointee.tlsMark == upstream.pointee.tlsMark
                {
                    unsafe shelf.pointee.generation = generation
                } else {
                    unsafe shelf.pointee.generation = 0
                }
            }
        }
        emptyPool(but: generation)
        for position in 0..<(unsafe next.pointee.upstreamCount) {
            let upstream = unsafe next.pointee.upstreams[position]
            guard unsafe upstream.pointee.keepsConnections else { continue }
            for place in 0..<(unsafe Int(upstream.pointee.backendCount)) {
                let backend = unsafe upstream.pointee.backends + place
                guard let shelf = unsafe shelf(of: backend.pointee.state) else { continue }
                unsafe shelf.pointee.generation = generation
                unsafe shelf.pointee.address = unsafe backend.pointee.address
                unsafe shelf.pointee.source = unsafe upstream.pointee.source
                unsafe shelf.pointee.options = unsafe upstream.pointee.options
                unsafe shelf.pointee.tlsMark = unsafe upstream.pointee.tlsMark
            }
        }
    }

    /// Closes all pooled connections but those of shelves that a generation wants.
    mutating func emptyPool(but generation: UInt64 = .max) {
        for index in 0..<pool.connections.touchedCount() where pool.connections.isUsed(index) {
            let connection = unsafe connections(index).pointee
            guard connection.session < 0, let shelf = unsafe shelf(of: connection.backend) else {
                continue
            }
            if unsafe shelf.pointee.generation != generation {
                unsafe discard(index, shelf, as: .expired)
            }
        }
    }

    // Parts ---------------------------------------------------------------------------------

    mutating func discard(
        _ index: Int32, _ shelf: UnsafeMutablePointer<Shelf>, as counter: BackendCounter
    ) {
        // Another worker may have taken it.
        let isOurs = reclaim(index)
        var connection = unsafe pool.remove(index, shelf)
        guard isOurs else { return }
        connection.freeTLS(saysGoodbye: counter == .expired && connection.isConnected)
        if connection.isUsed {
            unsafe connection.backend.pointee.idle.wrappingSubtract(1, ordering: .relaxed)
        }
        unsafe count(counter, of: connection.backend)
        FileDescriptor.close(connection.socket)
    }

    mutating func count(
        _ counter: BackendCounter, of backend: UnsafeMutablePointer<BackendState>
    ) {
        unsafe backend.pointee.counters.row(handle.pointee.index).add(counter.rawValue)
    }

    mutating func connections(_ index: Int32) -> UnsafeMutablePointer<PooledConnection> {
        unsafe pool.connections.pointer(index)
    }

    /// This worker's shelf of a backend, or nil when its connections are not pooled.
    mutating func shelf(
        of backend: UnsafeMutablePointer<BackendState>
    ) -> UnsafeMutablePointer<Shelf>? {
        guard let shelves = unsafe backend.pointee.shelves else { return nil }
        return unsafe shelves + handle.pointee.index
    }
}
