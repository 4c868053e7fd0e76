// The validated configuration as plain values: what a file says with every default filled in. It
// knows nothing of YAML, and nothing here opens, resolves or binds anything.

/// Everything a configuration file says. A value of this type that came out of `ConfigurationFile`
/// has passed every check; `Configuration()` holds the defaults and no listeners.
public struct Configuration: Sendable, Equatable {
    /// Worker threads; nil is one a processor this process may use.
    public var workers: Int?
    /// Downstream connections over all listeners; nil is what the descriptor limit allows.
    public var maxConnections: Int?
    /// How long open sessions may go on after SIGTERM.
    public var drainTimeout: Duration = .seconds(30)
    /// The admin socket.
    public var admin = AdminConfiguration()
    /// Where the log goes and what it holds.
    public var log = LogConfiguration()
    /// How names of backends are looked up.
    public var resolver = ResolverConfiguration()
    /// The listeners, in the order of the file; names are unique.
    public var listeners: [ListenerConfiguration] = []
    /// The upstreams, in the order of the file; names are unique.
    public var upstreams: [UpstreamConfiguration] = []

    /// The defaults.
    public init() {}

    /// The upstream of that name. Linear in the number of upstreams.
    public func upstream(named name: String) -> UpstreamConfiguration? {
        upstreams.first { $0.name == name }
    }
}
