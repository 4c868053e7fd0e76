// The kernel's keep-alive probes.

/// TCP keep-alive (tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT), in whole seconds.
public struct KeepaliveConfiguration: Sendable, Equatable {
    /// Silence before the first probe.
    public var idle: Duration = .seconds(60)
    /// Between probes.
    public var interval: Duration = .seconds(10)
    /// Unanswered probes that break the connection.
    public var count = 6

    /// The defaults.
    public init() {}
}
