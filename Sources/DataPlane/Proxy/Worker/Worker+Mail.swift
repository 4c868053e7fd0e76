// What the control plane asks of a worker: other snapshots, draining, ending sessions, stopping.

internal import Telemetry
internal import Linux
internal import Synchronization
internal import Containers

extension Worker {
    /// Does what all waiting messages say, in order.
    mutating func readMail() {
        unsafe handle.pointee.wake.clear()
        if unsafe handle.pointee.isCalledToLines.exchange(false, ordering: .acquiring) {
            linesAreDue = true
        }
        var messages = unsafe handle.pointee.mailbox.takeAll()
        while let message = messages.next() {
            switch message {
            case .adopt(let next): unsafe adopt(next)
            case .drain(let untilMs): drain(until: untilMs)
            case .kill(let number): kill(number)
            case .reckon: reckon()
            case .stop: finish(.stopped)
            }
        }
    }

    /// Accepts by another snapshot from now on. Sessions keep the one they began with.
    private mutating func adopt(_ next: UnsafeMutablePointer<Snapshot>) {
        let previous = unsafe snapshot
        let worker = unsafe handle.pointee.index
        // Sessions that move on must not be the end of it yet.
        if let previous = unsafe previous { unsafe Snapshot.count(1, in: previous, of: worker) }
        if phase == .accepting {
            unsafe adoptPool(next)
            unsafe removeListening(notIn: next)
            unsafe snapshot = next
            unsafe updateListening(from: next)
        } else {
            unsafe snapshot = next
        }
        unsafe moveLines(to: next)
        visitIdle()
        if let previous = unsafe previous {
            unsafe Snapshot.count(-1, in: previous, of: worker)
            unsafe releaseIfUnused(previous)
        }
        unsafe handle.pointee.generation.store(next.pointee.generation, ordering: .releasing)
        wakeControl()
    }

    /// Takes what is in the accept queues, closes the listening sockets and waits for the sessions.
    private mutating func drain(until: UInt64) {
        guard phase == .accepting else { return }
        for slot in 0..<listening.count { closeListening(slot) }
        emptyPool()
        pool.nextLook = .max
        phase = .draining
        drainUntil = until
        visitIdle()
    }

    /// Clients without an exchange go on by the present snapshot, or are told that it is over: at once
    /// between two exchanges, after a while before the first one.
    private mutating func visitIdle() {
        for index in 0..<sessions.touchedCount() where sessions.isUsed(index) {
            let session = unsafe sessions.pointer(index)
            guard unsafe session.pointee.isHTTP, unsafe session.pointee.stage == .idle else {
                continue
            }
            if unsafe mayGoOn(&session.pointee) {
                unsafe bringUpToDate(&session.pointee)
            } else if unsafe session.pointee.exchangeCount > 0 {
                unsafe end(&session.pointee, index, .completed)
            } else {
                unsafe beginGrace(&session.pointee, index)
            }
        }
    }

    /// Ends draining when no session is left or its time is up.
    mutating func checkDrained() {
        if sessions.count == 0 || now >= drainUntil { finish(.drainTimeout) }
    }

    /// Ends the sessions that are with a backend, on whatever snapshot they began. One whose client
    /// is gone already, and which only waits to reset its backend, keeps the reason it has.
    private mutating func kill(_ number: UInt32) {
        for index in 0..<sessions.touchedCount() where sessions.isUsed(index) {
            let session = unsafe sessions.pointer(index)
            guard let backend = unsafe session.pointee.backendState,
                unsafe backend.pointee.number == number
            else { continue }
            let isOver = unsafe session.pointee.stage == .resetting
            let reason = unsafe isOver ? session.pointee.reason : .killed
            unsafe end(&session.pointee, index, reason)
        }
    }

    /// Tells by which plans sessions may still choose a backend. New sessions choose by the present
    /// one and those that wait move on to later ones, so that what is told stays true.
    private mutating func reckon() {
        guard let snapshot = unsafe snapshot else { return }
        var oldest = unsafe snapshot.pointee.generation
        for index in 0..<sessions.touchedCount() where sessions.isUsed(index) {
            let session = unsafe sessions.pointer(index)
            guard unsafe session.pointee.stage.mayChoose else { continue }
            oldest = min(oldest, unsafe session.pointee.snapshot.pointee.generation)
        }
        unsafe handle.pointee.oldestChoosing.store(oldest, ordering: .releasing)
    }

    /// Ends every session and the loop.
    private mutating func finish(_ reason: EndReason) {
        for slot in 0..<listening.count { closeListening(slot, acceptsRest: false) }
        emptyPool()
        for index in 0..<sessions.touchedCount() where sessions.isUsed(index) {
            let session = unsafe sessions.pointer(index)
            // What was about to be reset is told so, not that all is well.
            let why = unsafe session.pointee.stage == .resetting ? session.pointee.reason : reason
            unsafe end(&session.pointee, index, why)
        }
        if let snapshot = unsafe snapshot {
            unsafe self.snapshot = nil
            unsafe releaseIfUnused(snapshot)
        }
        phase = .finished
    }

    /// Tells the control plane that this worker needs a snapshot no more, once that is so.
    mutating func releaseIfUnused(_ old: UnsafeMutablePointer<Snapshot>) {
        let index = unsafe handle.pointee.index
        guard unsafe old != snapshot, unsafe old.pointee.sessionCount(of: index) == 0 else {
            return
        }
        unsafe old.pointee.holders.subtract(1, ordering: .releasing)
    }
}
