// TCP options of a listener.

/// Options of a listening socket and of the connections it accepts.
public struct ListenerTCPConfiguration: TCPTuning {
    /// Sends small segments at once (tcp(7), TCP_NODELAY).
    public var nodelay = true
    /// Keep-alive probes of the kernel; nil sends none.
    public var keepalive: KeepaliveConfiguration? = KeepaliveConfiguration()
    /// Unacknowledged data for this long breaks the connection (TCP_USER_TIMEOUT); nil leaves it to
    /// the kernel.
    public var userTimeout: Duration?
    /// Accepts a connection only when its first bytes are there, or this has passed, in whole
    /// seconds (TCP_DEFER_ACCEPT); nil accepts at once.
    public var deferAccept: Duration?
    /// Length of the queue of TCP Fast Open (RFC 7413, TCP_FASTOPEN); nil is off.
    public var fastOpen: Int?

    /// The defaults.
    public init() {}
}
