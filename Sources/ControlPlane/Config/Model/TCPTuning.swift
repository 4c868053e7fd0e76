// What the `tcp` mappings of listeners and upstreams have in common, so that the table of keys
// declares those keys once.

/// Socket options that make sense on both sides of a session.
public protocol TCPTuning: Sendable, Equatable {
    /// Sends small segments at once (tcp(7), TCP_NODELAY).
    var nodelay: Bool { get set }
    /// Keep-alive probes of the kernel; nil sends none.
    var keepalive: KeepaliveConfiguration? { get set }
    /// Unacknowledged data for this long breaks the connection (TCP_USER_TIMEOUT); nil leaves it to
    /// the kernel.
    var userTimeout: Duration? { get set }
}
