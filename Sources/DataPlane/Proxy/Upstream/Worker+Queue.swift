// Waiting for a backend with room: first come first served over all workers, bounded in number and
// time. Who leaves, leaves no trace.

internal import Containers
internal import Linux
internal import Synchronization
internal import Telemetry

extension Worker {
    /// True while somebody waits for the upstream.
    mutating func isQueueing(_ upstream: UnsafePointer<UpstreamPlan>) -> Bool {
        unsafe upstream.pointee.queueMax > 0
            && upstream.pointee.state.pointee.waiting.load(ordering: .sequentiallyConsistent) > 0
    }

    /// Puts a session at the end of the line, or ends it when as many wait as may.
    mutating func enqueue(_ session: inout Session, _ index: Int32) {
        let upstream = unsafe session.upstreamPlan
        let state = unsafe upstream.pointee.state
        let limit = unsafe upstream.pointee.queueMax
        guard limit > 0 else {
            unsafe count(.full, of: upstream)
            record(WorkerRecord(.backendsFull, subject: unsafe state.pointee.number))
            return giveUp(&session, index, .backendsFull)
        }
        guard unsafe state.pointee.waiting.add(below: limit) else {
            unsafe count(.queueFull, of: upstream)
            record(
                WorkerRecord(
                    .queueFull, subject: unsafe state.pointee.number, value: UInt64(limit)))
            return giveUp(&session, index, .queueFull)
        }
        unsafe count(.queued, of: upstream)
        session.stage = .queued
        session.stageSince = now
        session.ticket = unsafe state.pointee.nextTicket.wrappingAdd(1, ordering: .relaxed).oldValue
        unsafe append(&session, index, unsafe state)
        let deadline = now + (unsafe upstream.pointee.queueTimeoutMs)
        if session.isHTTP {
            awaitBackend(&session, index, until: deadline)
        } else {
            timers.set(index, deadline: deadline)
        }
        // Room may have been made before this session could be seen to wait.
        if unsafe state.pointee.nextInLine() == handle.pointee.index,
            unsafe line(of: state).pointee.first == index
        {
            linesAreDue = true
        }
    }

    /// Room was made: tells the worker whose session waits longest.
    mutating func callNext(_ upstream: UnsafePointer<UpstreamPlan>) {
        // Of whatever plan: those who wait may have begun with an earlier one.
        let state = unsafe upstream.pointee.state
        guard unsafe state.pointee.waiting.load(ordering: .sequentiallyConsistent) > 0 else {
            return
        }
        let worker = unsafe state.pointee.nextInLine()
        if worker >= 0 { call(worker) }
    }

    /// Makes a worker look at its lines: this one before it sleeps, another by waking it.
    private mutating func call(_ worker: Int) {
        guard worker != (unsafe handle.pointee.index) else {
            linesAreDue = true
            return
        }
        unsafe process.pointee.workers[worker].pointee.callToLines()
    }

    /// Serves those who wait as far as there is room.
    mutating func serveLines() {
        linesAreDue = false
        var next = unsafe firstLine
        while let line = unsafe next {
            // Serving may empty the line, which takes it out of the list.
            unsafe next = line.pointee.nextLine
            unsafe serve(line)
        }
    }

    private mutating func serve(_ line: UnsafeMutablePointer<WaitingLine>) {
        guard let state = unsafe line.pointee.upstream else {
            preconditionFailure("a line for no upstream")
        }
        var isMore = true
        while isMore {
            let turn = unsafe state.pointee.nextInLine()
            guard turn == (unsafe handle.pointee.index) else { return call(turn) }
            let index = unsafe line.pointee.first
            let session = unsafe sessions.pointer(index)
            let upstream = unsafe session.pointee.upstreamPlan
            guard case .place(let place) = unsafe choose(&session.pointee, upstream) else { return }
            unsafe leaveLine(&session.pointee, index)
            unsafe count(.unqueued, of: upstream)
            let waitedMs = unsafe now - session.pointee.stageSince
            unsafe count(.queueMilliseconds, of: upstream, waitedMs)
            if unsafe session.pointee.exchange >= 0 {
                unsafe exchange(of: session.pointee).pointee.queuedNs += waitedMs * 1_000_000
            }
            isMore = unsafe line.pointee.first >= 0
            if !isMore, case let turn = unsafe state.pointee.nextInLine(), turn >= 0 { call(turn) }
            // This may end the session, and with the last one go the line and the upstream's state.
            unsafe proceed(&session.pointee, index, place)
        }
    }

    /// Another snapshot is in force: who waits chooses by it. Otherwise those who came earlier would
    /// wait for backends that are gone, and hold up those who came later.
    mutating func moveLines(to next: UnsafeMutablePointer<Snapshot>) {
        var line = unsafe firstLine
        while let waiting = unsafe line {
            var index = unsafe waiting.pointee.first
            while index >= 0 {
                let session = unsafe sessions.pointer(index)
                unsafe moveInLine(&session.pointee, to: next)
                index = unsafe session.pointee.lineNext
            }
            unsafe line = unsafe waiting.pointee.nextLine
            linesAreDue = true
        }
    }

    private mutating func moveInLine(
        _ session: inout Session, to next: UnsafeMutablePointer<Snapshot>
    ) {
        guard unsafe session.snapshot != next,
            let listener = unsafe next.pointee.listener(session.listener.pointee.state),
            let upstream = unsafe next.pointee.upstream(session.upstreamPlan.pointee.state)
        else { return }
        if session.isHTTP {
            guard unsafe listener.pointee.http != nil else { return }
            // The request's route is of the snapshot that it began with.
            let exchange = unsafe exchange(of: session)
            let old = unsafe session.snapshot
            if unsafe exchange.pointee.routeSnapshot == nil {
                unsafe exchange.pointee.routeSnapshot = unsafe old
                unsafe Snapshot.count(1, in: old, of: handle.pointee.index)
            }
        } else {
            guard unsafe listener.pointee.leads(to: upstream) else { return }
        }
        unsafe session.plan = unsafe upstream
        session.tried.forgetPlaces()
        unsafe move(&session, to: next, listener: listener)
    }

    // The line ------------------------------------------------------------------------------

    private mutating func append(
        _ session: inout Session, _ index: Int32, _ state: UnsafeMutablePointer<UpstreamState>
    ) {
        let line = unsafe line(of: state)
        session.lineNext = -1
        session.linePrevious = unsafe line.pointee.last
        if unsafe line.pointee.last >= 0 {
            let last = unsafe sessions.pointer(line.pointee.last)
            unsafe last.pointee.lineNext = index
        } else {
            unsafe line.pointee.first = index
            unsafe line.pointee.upstream = unsafe state
            unsafe line.pointee.nextLine = unsafe firstLine
            unsafe firstLine = unsafe line
            unsafe line.pointee.firstTicket.store(
                session.ticket, ordering: .sequentiallyConsistent)
        }
        unsafe line.pointee.last = index
    }

    /// Takes a session out of its line, wherever it stands there.
    mutating func leaveLine(_ session: inout Session, _ index: Int32) {
        let state = unsafe session.upstreamPlan.pointee.state
        let line = unsafe line(of: state)
        let (next, previous) = (session.lineNext, session.linePrevious)
        if next >= 0 {
            let session = unsafe sessions.pointer(next)
            unsafe session.pointee.linePrevious = previous
        } else {
            unsafe line.pointee.last = previous
        }
        if previous >= 0 {
            let session = unsafe sessions.pointer(previous)
            unsafe session.pointee.lineNext = next
        } else {
            unsafe line.pointee.first = next
            unsafe publishFirst(line)
        }
        session.stage = .connecting
        timers.cancel(index)
        unsafe state.pointee.waiting.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }

    /// A session leaves the queue without having been served.
    mutating func leaveQueue(_ session: inout Session, _ index: Int32) {
        let upstream = unsafe session.upstreamPlan
        leaveLine(&session, index)
        // Others may have waited for it to take its turn.
        unsafe callNext(upstream)
    }

    /// This worker's part of an upstream's queue.
    private mutating func line(
        of state: UnsafeMutablePointer<UpstreamState>
    ) -> UnsafeMutablePointer<WaitingLine> {
        // Read first: together with a change of its element it is an access to the whole state.
        let lines = unsafe state.pointee.lines
        return unsafe lines + handle.pointee.index
    }

    /// Says whose turn it is now, and forgets a line that nobody waits in.
    private mutating func publishFirst(_ line: UnsafeMutablePointer<WaitingLine>) {
        let first = unsafe line.pointee.first
        guard first < 0 else {
            let session = unsafe sessions.pointer(first)
            let ticket = unsafe session.pointee.ticket
            return unsafe line.pointee.firstTicket.store(ticket, ordering: .sequentiallyConsistent)
        }
        unsafe line.pointee.firstTicket.store(
            WaitingLine.noTicket, ordering: .sequentiallyConsistent)
        if unsafe firstLine == line {
            unsafe firstLine = unsafe line.pointee.nextLine
        } else {
            var earlier = unsafe firstLine
            while let other = unsafe earlier, unsafe other.pointee.nextLine != line {
                unsafe earlier = unsafe other.pointee.nextLine
            }
            unsafe earlier?.pointee.nextLine = unsafe line.pointee.nextLine
        }
        unsafe line.pointee.nextLine = nil
        unsafe line.pointee.upstream = nil
    }
}
