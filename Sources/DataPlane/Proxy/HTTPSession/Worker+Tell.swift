// What is told of an exchange when it is over: counters, durations, and a record for the access log.

internal import HTTP
internal import Telemetry

extension Worker {
    /// The exchange is over as it should be, or as `reason` says.
    mutating func tell(_ session: inout Session, endsFor reason: EndReason? = nil) {
        let exchange = unsafe exchange(of: session)
        // Of a request whose head never was whole there is nothing to tell.
        guard unsafe exchange.pointee.status > 0 || exchange.pointee.route != nil else { return }
        if let reason, unsafe exchange.pointee.reason == .completed {
            unsafe exchange.pointee.reason = reason
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
