// Whether a connection that waits for work still stands, as far as a look at it can tell.

internal import Linux
internal import TLS

extension PooledConnection {
    /// True while the connection stands, be there something to read or not.
    @inline(__always) var isOpen: Bool {
        guard let tls else { return Socket.isOpen(socket) }
        switch tls.peek() {
        case .count, .wouldRead, .wouldWrite: return true
        case .closed, .truncated, .starved, .reset, .failed: return false
        }
    }

    /// True while the connection stands and nothing waits to be read. Tickets of TLS 1.3 come when it
    /// suits the backend, and are nothing.
    @inline(__always) var isSilent: Bool {
        guard let tls else { return Socket.isSilent(socket) }
        return tls.peek() == .wouldRead
    }

    /// Ends TLS, if there is any: with a goodbye where nobody has left yet.
    mutating func freeTLS(saysGoodbye: Bool) {
        guard let session = tls else { return }
        if saysGoodbye { _ = session.closeNotify() }
        session.free()
        tls = nil
    }
}
