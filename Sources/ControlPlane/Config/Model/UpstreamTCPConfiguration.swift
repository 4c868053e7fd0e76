// TCP options towards backends.

/// Options of the sockets to backends.
public struct UpstreamTCPConfiguration: TCPTuning {
    /// Sends small segments at once (tcp(7), TCP_NODELAY).
    public var nodelay = true
    /// Keep-alive probes of the kernel; nil sends none.
    public var keepalive: KeepaliveConfiguration? = KeepaliveConfiguration()
    /// Unacknowledged data for this long breaks the connection (TCP_USER_TIMEOUT); nil leaves it to
    /// the kernel.
    public var userTimeout: Duration?

    /// The defaults.
    public init() {}
}
