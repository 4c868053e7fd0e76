// Taking backends out for what sessions saw of them, and back after one trial.

internal import Health
internal import Linux
internal import Synchronization
internal import TLS
internal import Telemetry

extension Worker {
    /// The session's backend took a connection.
    mutating func noteReached(
        _ session: inout Session, _ state: UnsafeMutablePointer<BackendState>
    ) {
        if unsafe state.pointee.consecutiveFailures.load(ordering: .relaxed) != 0 {
            unsafe state.pointee.consecutiveFailures.store(0, ordering: .relaxed)
        }
        guard session.maySpeakFor else { return }
        session.isTrial = false
        session.maySpeakFor = false
        guard unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed) != 0 else { return }
        unsafe state.pointee.takeBack(at: now)
        record(WorkerRecord(.backendReturned, subject: unsafe state.pointee.number))
    }

    /// The session's backend failed a connect with an error number, or a handshake.
    mutating func noteFailed(
        _ session: inout Session, _ code: Int32, tls failure: TLSFailure? = nil
    ) {
        guard let state = unsafe session.backendState else {
            preconditionFailure("no backend has failed")
        }
        // A connect that began before the backend came back says nothing of it now.
        guard unsafe state.pointee.recoveredAtMs.load(ordering: .relaxed) <= session.stageSince
        else { return }
        let upstream = unsafe session.upstreamPlan
        let policy = unsafe upstream.pointee.ejection
        let failures = unsafe state.pointee.consecutiveFailures.wrappingAdd(1, ordering: .relaxed)
            .newValue
        let subject = unsafe state.pointee.number
        record(
            WorkerRecord(
                failure == nil ? .backendFailed : .backendFailedTLS, subject: subject,
                code: failure.map { Int32($0.rawValue) } ?? code, value: UInt64(failures)))
        guard policy.failuresMax > 0 else { return }
        if session.isTrial {
            session.isTrial = false
            unsafe eject(&session, state, code)
        } else if policy.isDue(consecutiveFailures: failures),
            unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0
        {
            let shared = unsafe upstream.pointee.state
            // Who decides counts who is out already, so one decides at a time. The others' chance
            // comes with the next failure.
            guard unsafe !shared.pointee.isEjecting.exchange(true, ordering: .acquiring) else {
                return
            }
            if unsafe mayEject(state, of: upstream) {
                unsafe eject(&session, state, code)
            } else {
                unsafe state.pointee.consecutiveFailures.store(0, ordering: .relaxed)
                unsafe count(.ejectionsSpared, of: upstream)
                record(WorkerRecord(.ejectionSpared, subject: subject, code: code))
            }
            unsafe shared.pointee.isEjecting.store(false, ordering: .releasing)
        }
    }

    private mutating func eject(
        _ session: inout Session, _ state: UnsafeMutablePointer<BackendState>, _ code: Int32
    ) {
        let policy = unsafe session.upstreamPlan.pointee.ejection
        let duration = unsafe state.pointee.eject(at: now, by: policy)
        session.backendCounters?.add(BackendCounter.ejected.rawValue)
        record(
            WorkerRecord(
                .backendEjected, subject: unsafe state.pointee.number, code: code, value: duration))
    }

    /// True unless too many of the upstream's backends are out already, or this is the last one
    /// that is fit.
    private mutating func mayEject(
        _ state: UnsafeMutablePointer<BackendState>, of upstream: UnsafePointer<UpstreamPlan>
    ) -> Bool {
        let count = unsafe Int(upstream.pointee.backendCount)
        var ejected = 0
        var fit = 0
        for place in 0..<count {
            let other = unsafe upstream.pointee.backends[place].state
            if unsafe other.pointee.ejectedUntilMs.load(ordering: .relaxed) > now { ejected += 1 }
            let canServe = unsafe upstream.pointee.backends[place].canServe
            if unsafe other != state, canServe, unsafe other.pointee.isFit(at: now) { fit += 1 }
        }
        return unsafe fit > 0 && ejected < upstream.pointee.ejection.ejectedMax(of: count)
    }
}
