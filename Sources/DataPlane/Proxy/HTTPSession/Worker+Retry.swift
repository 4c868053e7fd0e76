// Sending a request again: on a fresh connection to the same backend when the old one had ended, or to
// another backend when the first gave no good answer. Only what can be sent again without harm is,
// and only while all of it is still here.

internal import Glibc
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// True when a request may be sent again whatever became of it (RFC 9110, section 9.2.2).
    mutating func isRepeatable(_ session: inout Session) -> Bool {
        let exchange = unsafe exchange(of: session)
        return unsafe exchange.pointee.method.isIdempotent && !exchange.pointee.isSpent
            && exchange.pointee.requestBody.isOver
    }

    /// True when the exchange may use a connection that has served others.
    mutating func mayReuse(_ session: inout Session) -> Bool {
        unsafe !exchange(of: session).pointee.isReplayed
    }

    /// The exchange has such a connection.
    mutating func noteReuse(_ session: inout Session) {
        unsafe exchange(of: session).pointee.isReused = connections(session.pooled).pointee.isUsed
    }

    /// One more backend is tried.
    mutating func countAttempt(_ session: inout Session) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.attempts &+= 1
        unsafe exchange.pointee.isReused = false
        unsafe exchange.pointee.chosenNs = nowNs
        unsafe exchange.pointee.backend = unsafe session.backendState
        unsafe exchange.pointee.upstreamNumber =
            session.upstreamPlan.pointee.state.pointee.number
    }

    /// Sends the request again on a fresh connection to the same backend.
    mutating func replay(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.isReplayed = true
        unsafe exchange.pointee.isReused = false
        unsafe exchange.pointee.isRequestSent = false
        unsafe exchange.pointee.isRequestBroken = false
        session.backendCounters?.add(BackendCounter.replayed.rawValue)
        connectAnew(&session, index)
    }

    /// True when a response of this status is worth another try.
    mutating func mayRetry(_ session: inout Session, status: Int) -> Bool {
        guard status >= 500, let policy = unsafe session.upstreamPlan.pointee.http,
            policy.retryStatuses.contains(status)
        else { return false }
        return mayTryAnother(&session)
    }

    /// True when the request can be sent to another backend.
    mutating func mayTryAnother(_ session: inout Session) -> Bool {
        isRepeatable(&session)
            && session.tried.count < (unsafe session.upstreamPlan.pointee.attempts)
    }

    /// Tries another backend. When there is none, or no retry is left, the client is told.
    mutating func retry(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        unsafe exchange.pointee.isRequestSent = false
        unsafe exchange.pointee.isRequestBroken = false
        unsafe exchange.pointee.firstByteNs = 0
        unsafe http.release(&exchange.pointee.partial)
        leaveBackend(&session)
        session.reason = .upstreamClosed
        connect(&session, index)
    }

    // What exchanges tell of backends -------------------------------------------------------

    /// The backend answered: with a status that speaks against it or for it.
    mutating func noteAnswered(_ session: inout Session, status: Int) {
        guard let state = unsafe session.backendState else { return }
        unsafe noteBackend(&session, exchange(of: session), status: status, reason: .completed)
        if status < 500 {
            unsafe noteReached(&session, state)
        } else {
            noteFailed(&session, EPROTO)
        }
    }

    /// The backend broke off in place of an answer.
    mutating func noteBroken(_ session: inout Session, _ reason: EndReason) {
        unsafe noteBackend(&session, exchange(of: session), status: 0, reason: reason)
        noteFailed(&session, ECONNRESET, tls: session.upstream.tlsFailure)
    }
}
