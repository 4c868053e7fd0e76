// Accepting: in batches that adapt to how many connections wait, with pauses where descriptors,
// memory or a limit have run out. A pause is a timer, never a spin.

internal import Balancing
internal import Containers
internal import Glibc
internal import Linux
internal import Telemetry
internal import Synchronization

extension Worker {
    // A snapshot's binds --------------------------------------------------------------------

    /// Listens where the snapshot says and not yet listened, and takes over its listeners.
    mutating func updateListening(from next: UnsafeMutablePointer<Snapshot>) {
        let worker = unsafe handle.pointee.index
        for position in 0..<(unsafe next.pointee.bindCount) {
            let bind = unsafe next.pointee.binds[position]
            if let slot = listening.find(number: bind.number, hint: position) {
                unsafe listening[slot].listener = unsafe bind.listener
                continue
            }
            let socket = unsafe bind.sockets[worker]
            let slot = listening.add(
                unsafe ListeningSocket(
                    socket: socket, number: bind.number, port: bind.port, listener: bind.listener))
            let added = epoll.add(socket, .readable, token: listenerTag(slot))
            guard added.isSuccess else {
                // The kernel has no room for it now: tried again like after any pause.
                let subject = unsafe bind.listener.pointee.state.pointee.number
                listening[slot].isPaused = true
                pause(
                    slot, ProxyLimits.exhaustedPauseMs,
                    WorkerRecord(.acceptPaused, subject: subject, code: added.errno))
                continue
            }
        }
    }

    /// Stops listening where the snapshot doesn't.
    mutating func removeListening(notIn next: UnsafeMutablePointer<Snapshot>) {
        for slot in 0..<listening.count where listening[slot].socket >= 0 {
            let number = listening[slot].number
            let count = unsafe next.pointee.bindCount
            let isKept = (0..<count).contains { unsafe next.pointee.binds[$0].number == number }
            if !isKept { closeListening(slot) }
        }
    }

    /// Closes a listening socket, after serving who has connected already.
    mutating func closeListening(_ slot: Int, acceptsRest: Bool = true) {
        guard listening[slot].socket >= 0 else { return }
        pauses.cancel(Int32(slot))
        if acceptsRest {
            listening[slot].isPaused = false
            // Bounded: new ones may come as fast as these are served.
            for _ in 0..<ProxyLimits.closingAcceptsMax {
                guard !listening[slot].isPaused, acceptOne(slot) else { break }
            }
            pauses.cancel(Int32(slot))
        }
        // A Unix socket's workers share it, so closing one of its descriptors does not end the watch.
        _ = epoll.remove(listening[slot].socket)
        FileDescriptor.close(listening[slot].socket)
        listening[slot] = ListeningSocket()
    }

    private mutating func listenerTag(_ slot: Int) -> UInt64 {
        let token = Token(index: Int32(slot), generation: listening[slot].number)
        return EventTag(.listener, token).rawValue
    }

    // Accepting -----------------------------------------------------------------------------

    /// Accepts what waits, up to the batch. The queue is level-triggered, so what is left comes
    /// back with the next turn; a batch that was too small doubles, one that ran dry is 1 again,
    /// and so a lone connection costs no second accept(2) just to hear that there is none.
    mutating func acceptBatch(_ slot: Int) {
        for _ in 0..<listening[slot].batch where !acceptOne(slot) {
            listening[slot].batch = 1
            return
        }
        listening[slot].batch = min(listening[slot].batch * 2, ProxyLimits.acceptBatchMax)
    }

    /// Accepts one connection and begins its session. False when there is none, or none may be
    /// accepted now.
    private mutating func acceptOne(_ slot: Int) -> Bool {
        guard let listener = unsafe listening[slot].listener else { return false }
        guard hasRoom(slot) else { return false }
        var client = NetworkAddress()
        let result: IOResult
        if unsafe listener.pointee.wantsClient {
            var peer = SocketAddress()
            result = Socket.accept(listening[slot].socket, from: &peer)
            client = NetworkAddress(peer)
        } else {
            result = Socket.accept(listening[slot].socket)
        }
        guard result.isSuccess else { return acceptFailed(slot, result) }
        unsafe begin(
            Int32(result.count), listener: listener, client: client, port: listening[slot].port)
        return true
    }

    /// False, with a pause, when a limit of connections is reached.
    private mutating func hasRoom(_ slot: Int) -> Bool {
        guard let snapshot = unsafe snapshot, let listener = unsafe listening[slot].listener
        else { return false }
        let listenerMax = unsafe listener.pointee.connectionsMax
        let processMax = unsafe snapshot.pointee.connectionsMax
        let subject = unsafe listener.pointee.state.pointee.number
        if listenerMax > 0,
            unsafe listener.pointee.state.pointee.active.load(ordering: .relaxed) >= listenerMax
        {
            pauseAtLimit(
                slot, WorkerRecord(.limitReached, subject: subject, value: UInt64(listenerMax)))
            return false
        }
        if unsafe process.pointee.active.load(ordering: .relaxed) >= processMax
            || sessions.count == sessions.capacity
        {
            pauseAtLimit(
                slot, WorkerRecord(.sessionsExhausted, subject: subject, value: UInt64(processMax)))
            return false
        }
        return true
    }

    private mutating func pauseAtLimit(_ slot: Int, _ record: WorkerRecord) {
        count(slot, .pausedLimit)
        pause(slot, ProxyLimits.limitPauseMs, record)
    }

    /// What a failed accept(2) means: true to go on with the next connection.
    private mutating func acceptFailed(_ slot: Int, _ result: IOResult) -> Bool {
        if result.wouldBlock { return false }
        switch result.errno {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            pause(slot, for: result.errno, as: .pausedExhausted)
            return false
        case EBADF, ENOTSOCK, EFAULT:
            preconditionFailure("accept4 on something that is no socket")
        case ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
            EOPNOTSUPP, ENETUNREACH, ETIMEDOUT, ECONNRESET:
            // The connection was gone before it was taken, or brought an error of its own
            // (accept(2)).
            count(slot, .acceptErrors)
            return true
        default:
            // The socket itself refuses: it may do so for long.
            pause(slot, for: result.errno, as: .acceptErrors)
            return false
        }
    }

    private mutating func count(_ slot: Int, _ counter: ListenerCounter) {
        guard let listener = unsafe listening[slot].listener else { return }
        let worker = unsafe handle.pointee.index
        unsafe listener.pointee.state.pointee.counters.row(worker).add(counter.rawValue)
    }

    // Pauses --------------------------------------------------------------------------------

    /// Pauses all accepting: the process has run out of what connections need.
    mutating func pauseAccepting(_ code: Int32) {
        for slot in 0..<listening.count where listening[slot].socket >= 0 {
            pause(slot, for: code, as: .pausedExhausted)
        }
    }

    /// Counts an error number of a listening socket and stops watching the socket for a time.
    private mutating func pause(_ slot: Int, for code: Int32, as counter: ListenerCounter) {
        count(slot, counter)
        let subject = unsafe listening[slot].listener?.pointee.state.pointee.number ?? 0
        pause(
            slot, ProxyLimits.exhaustedPauseMs,
            WorkerRecord(.acceptPaused, subject: subject, code: code))
    }

    /// Stops watching a listening socket for a time, and says so once a second at most.
    private mutating func pause(_ slot: Int, _ milliseconds: UInt64, _ record: WorkerRecord) {
        pauses.set(Int32(slot), deadline: now + milliseconds)
        if !listening[slot].isPaused {
            listening[slot].isPaused = true
            _ = epoll.modify(listening[slot].socket, [], token: listenerTag(slot))
        }
        if listening[slot].reportedAt == 0 || now - listening[slot].reportedAt >= 1000 {
            listening[slot].reportedAt = now
            self.record(record)
        }
    }

    /// Watches a listening socket again after a pause.
    mutating func resumeAccepting(_ slot: Int) {
        guard slot < listening.count, listening[slot].socket >= 0 else { return }
        let socket = listening[slot].socket
        var watched = epoll.modify(socket, .readable, token: listenerTag(slot))
        if watched.errno == ENOENT {
            watched = epoll.add(socket, .readable, token: listenerTag(slot))
        }
        guard watched.isSuccess else {
            return pauses.set(Int32(slot), deadline: now + ProxyLimits.exhaustedPauseMs)
        }
        listening[slot].isPaused = false
    }
}
