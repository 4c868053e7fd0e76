// What is told of an exchange when it is over: counters and durations; see `Worker+AccessLog.swift` for
// its record.

internal import HTTP
internal import Telemetry

extension Worker {
    /// The exchange is over: as it should be, or with its session for a reason.
    mutating func tell(_ session: inout Session, endsFor reason: EndReason? = nil) {
        let exchange = unsafe exchange(of: session)
        // Of a request whose head never was whole there is nothing to tell.
        guard unsafe exchange.pointee.hasBegun || exchange.pointee.status > 0 else { return }
        if let reason, unsafe exchange.pointee.reason == .completed {
            unsafe exchange.pointee.reason = reason
        }
        let worker = unsafe handle.pointee.index
        let status = unsafe Int(exchange.pointee.status)
        let why = unsafe exchange.pointee.reason
        let duration = unsafe nowNs - min(nowNs, exchange.pointee.startedNs)
        let plan = unsafe http(of: session)
        unsafe plan.pointee.state.pointee.note(
            worker, status: status, reason: why, microseconds: duration / 1000)
        if let route = unsafe exchange.pointee.route {
            unsafe route.pointee.state.pointee.note(
                worker, status: status, reason: why, microseconds: duration / 1000)
        }
        if let access = unsafe plan.pointee.access {
            unsafe tellAccess(&session, exchange, access, duration)
        }
    }

    /// The exchange's request is whole: it counts from now on.
    mutating func noteBegun(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>
    ) {
        unsafe exchange.pointee.hasBegun = true
        let worker = unsafe handle.pointee.index
        unsafe http(of: session).pointee.state.pointee.counters.row(worker)
            .add(ExchangeCounter.begun.rawValue)
    }

    /// The exchange has its route.
    mutating func noteRoute(_ route: UnsafePointer<RoutePlan>) {
        let worker = unsafe handle.pointee.index
        unsafe route.pointee.state.pointee.counters.row(worker).add(ExchangeCounter.begun.rawValue)
    }

    /// The backend has answered, with whatever status, or has broken off with 0.
    mutating func noteBackend(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>, status: Int,
        reason: EndReason
    ) {
        guard let state = unsafe session.backendState?.pointee.exchanges else { return }
        let worker = unsafe handle.pointee.index
        let since = unsafe exchange.pointee.connectedNs
        let duration = nowNs - min(nowNs, since)
        unsafe state.pointee.note(
            worker, status: status, reason: reason, microseconds: duration / 1000)
        if unsafe exchange.pointee.isReused {
            unsafe state.pointee.counters.row(worker).add(ExchangeCounter.reused.rawValue)
        }
    }

    /// The backend said how long it keeps a connection.
    mutating func learnKeepAlive(_ session: inout Session, seconds: UInt16) {
        guard let state = unsafe session.backendState, let shelf = unsafe shelf(of: state) else {
            return
        }
        unsafe shelf.pointee.learn(idleMs: UInt64(seconds) * 1000)
    }
}
