// How long the parts of an exchange may take. A timer is set for the nearest deadline and left alone
// while it is not the latest: when it expires, the deadline is looked at again.

internal import Containers
internal import Glibc
internal import HTTP
internal import Linux
internal import Synchronization
internal import Telemetry

extension Worker {
    /// Has the session looked at by `deadline`, if it is not looked at earlier.
    @inline(__always) mutating func arm(_ index: Int32, _ deadline: UInt64) {
        if let present = timers.deadline(of: index), present <= deadline { return }
        timers.set(index, deadline: deadline)
    }

    /// Has the exchange looked at by its next deadline.
    mutating func armExchange(_ session: inout Session, _ index: Int32) {
        arm(index, exchangeDeadline(&session).0)
    }

    /// The timer of a session that speaks HTTP expired.
    mutating func exchangeTimer(_ session: inout Session, _ index: Int32) {
        switch session.stage {
        case .queued, .connecting: return unreachedTimer(&session, index)
        case .idle: return idleTimer(&session, index)
        case .head:
            let deadline = session.stageSince + (unsafe http(of: session).pointee.headTimeoutMs)
            guard now >= deadline else { return readLater(&session, index, deadline) }
            let exchange = unsafe startExchange(&session)
            unsafe exchange.pointee.reason = .headTimeout
            unsafe exchange.pointee.bytesReceived = UInt64(exchange.pointee.input.count)
            unsafe exchange.pointee.keepsClient = false
            return reply(&session, index, status: EndReason.headTimeout.status)
        case .lingering:
            let deadline = session.stageSince + ProxyLimits.lingerMs
            guard now >= deadline else { return timers.set(index, deadline: deadline) }
            return end(&session, index, session.reason)
        case .exchanging: break
        case .relaying, .resetting: preconditionFailure("a relay has deadlines of its own")
        case .handshaking: preconditionFailure("a handshake has a deadline of its own")
        case .hello: preconditionFailure("requests are not asked for a ClientHello")
        }
        let (deadline, reason) = exchangeDeadline(&session)
        if now < deadline {
            timers.set(index, deadline: deadline)
            // After a pause for want of memory no edge is owed: the flags say what there is to do.
            return carry(&session, index)
        }
        exchangeTimedOut(&session, index, reason)
    }

    /// Goes on reading after a pause for want of memory, for which no edge is owed.
    private mutating func readLater(_ session: inout Session, _ index: Int32, _ deadline: UInt64) {
        timers.set(index, deadline: deadline)
        if session.downstream.isReadable { readRequest(&session, index) }
    }

    private mutating func idleTimer(_ session: inout Session, _ index: Int32) {
        let plan = unsafe http(of: session)
        let isFirst = session.exchangeCount == 0
        let timeout = unsafe isFirst ? plan.pointee.headTimeoutMs : plan.pointee.keepAliveTimeoutMs
        let deadline = session.lastActivity + timeout
        // Only the first request of a connection is still waited for once nothing goes on.
        let graceEnds = session.stageSince + ProxyLimits.drainGraceMs
        if isFirst, !mayGoOn(&session) {
            guard now >= min(deadline, graceEnds) else {
                return readLater(&session, index, min(deadline, graceEnds))
            }
            return end(&session, index, .completed)
        }
        guard now >= deadline else { return readLater(&session, index, deadline) }
        end(&session, index, isFirst ? .headTimeout : .keepAliveTimeout)
    }

    /// The session has begun no exchange yet, and is to be over: the request that may be on its way
    /// has a short time to come.
    mutating func beginGrace(_ session: inout Session, _ index: Int32) {
        session.stageSince = now
        arm(index, now + ProxyLimits.drainGraceMs)
    }

    /// Sets the timer of an exchange that has no connection yet: the backend has until `deadline`,
    /// and the whole request may have less.
    mutating func awaitBackend(_ session: inout Session, _ index: Int32, until deadline: UInt64) {
        timers.set(index, deadline: min(deadline, requestDeadline(&session)))
    }

    /// The time of an exchange without a connection may be up.
    private mutating func unreachedTimer(_ session: inout Session, _ index: Int32) {
        guard now < requestDeadline(&session) else {
            return exchangeTimedOut(&session, index, .requestTimeout)
        }
        let isQueued = session.stage == .queued
        let upstream = unsafe session.upstreamPlan
        let timeout =
            unsafe isQueued
            ? upstream.pointee.queueTimeoutMs : upstream.pointee.connectTimeoutMs
        let deadline = session.stageSince + timeout
        guard now >= deadline else { return awaitBackend(&session, index, until: deadline) }
        if isQueued { return giveUp(&session, index, .queueTimeout) }
        connectFailed(&session, index, ETIMEDOUT)
    }

    /// When the whole exchange has to be over, in ms.
    private mutating func requestDeadline(_ session: inout Session) -> UInt64 {
        let exchange = unsafe exchange(of: session)
        let own = unsafe exchange.pointee.route?.pointee.requestTimeoutMs ?? 0
        let timeout = own > 0 ? own : unsafe http(of: session).pointee.requestTimeoutMs
        return timeout > 0 ? unsafe exchange.pointee.startedNs / 1_000_000 + timeout : .max
    }

    /// The nearest deadline of an exchange under way, and why it ends then.
    private mutating func exchangeDeadline(_ session: inout Session) -> (UInt64, EndReason) {
        let exchange = unsafe exchange(of: session)
        let plan = unsafe http(of: session)
        var nearest = (now + (unsafe session.listener.pointee.lookAgainMs), EndReason.completed)
        let route = unsafe exchange.pointee.route
        nearest = Self.nearer(nearest, (requestDeadline(&session), .requestTimeout))
        let clientMs = unsafe plan.pointee.bodyTimeoutMs
        let clientLate = (session.lastActivity + clientMs, EndReason.bodyTimeout)
        // A client that takes nothing, or gives nothing of what it promised.
        if unsafe !exchange.pointee.reply.isEmpty || !session.downstream.isWritable
            || exchange.pointee.isLocal
        {
            return Self.nearer(nearest, clientLate)
        }
        let policy = unsafe session.upstreamPlan.pointee.http ?? HTTPUpstreamPolicy()
        if unsafe exchange.pointee.response == .begun {
            let deadline = session.lastActivity + policy.idleTimeoutMs
            return Self.nearer(nearest, (deadline, .responseTimeout))
        }
        let isSent = unsafe exchange.pointee.isRequestSent
        if !isSent, session.upstream.isWritable { return Self.nearer(nearest, clientLate) }
        let own = unsafe route?.pointee.firstByteTimeoutMs ?? 0
        let firstByteMs = own > 0 ? own : policy.firstByteTimeoutMs
        let since =
            unsafe isSent ? exchange.pointee.requestSentNs / 1_000_000 : session.lastActivity
        return Self.nearer(nearest, (since + firstByteMs, .firstByteTimeout))
    }

    private static func nearer(
        _ one: (UInt64, EndReason), _ other: (UInt64, EndReason)
    ) -> (UInt64, EndReason) {
        other.0 < one.0 ? other : one
    }

    private mutating func exchangeTimedOut(
        _ session: inout Session, _ index: Int32, _ reason: EndReason
    ) {
        let ends = removalDeadline(session)
        if ends > 0, now >= ends { return failExchange(&session, index, .drainTimeout) }
        let exchange = unsafe exchange(of: session)
        switch reason {
        case .completed:
            // Only time to look again.
            timers.set(index, deadline: exchangeDeadline(&session).0)
            return carry(&session, index)
        case .firstByteTimeout:
            noteBroken(&session, reason)
            let policy = unsafe session.upstreamPlan.pointee.http ?? HTTPUpstreamPolicy()
            if policy.retriesFirstByteTimeout, mayTryAnother(&session) {
                return retry(&session, index)
            }
        case .bodyTimeout, .requestTimeout:
            unsafe exchange.pointee.keepsClient = false
            // There is no use in telling a client that takes nothing.
            if unsafe !exchange.pointee.reply.isEmpty || exchange.pointee.isLocal {
                return cut(&session, index, reason)
            }
        default: break
        }
        failExchange(&session, index, reason)
    }
}
