// One upstream: a named group of backends with one policy.

/// An upstream of the file.
public struct UpstreamConfiguration: Sendable, Equatable {
    /// Its key in `upstreams`; a metric label, so limited to letters, digits, `_`, `.` and `-`.
    public var name = ""
    /// How a backend is chosen.
    public var balance = BalanceConfiguration()
    /// How a connection to a backend is made.
    public var connect = ConnectConfiguration()
    /// Options of the sockets to backends.
    public var tcp = UpstreamTCPConfiguration()
    /// At least one; identities are unique within the upstream.
    public var backends: [BackendConfiguration] = []
    /// How long sessions may go on when a reload has removed their backend or listener.
    public var drainTimeout: Duration = .seconds(300)

    /// The defaults, without backends.
    public init() {}
}
