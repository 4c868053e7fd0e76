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
    /// How long sessions may go on when a reload has removed their backend or listener.
    public var drainTimeout: Duration = .seconds(300)
    /// TLS of the backends; nil sends bytes as they are.
    public var tls: UpstreamTLSConfiguration?
    /// Probes of the backends; nil sends none.
    public var health: HealthConfiguration?
    /// Ejection of backends that fail sessions; nil is off.
    public var eject: EjectConfiguration? = EjectConfiguration()
    /// How long a backend that comes back gets less than its share; zero is off.
    public var slowStart: Duration = .seconds(10)
    /// With this many percent of the backends usable or fewer, health is ignored; nil is never.
    public var failOpen: Int? = 0
    /// Where sessions wait while all backends are full; nil refuses them at once.
    public var queue: QueueConfiguration? = QueueConfiguration()
    /// Connections kept ready; nil keeps none.
    public var pool: PoolConfiguration?
    /// What there is to HTTP.
    public var http = UpstreamHTTPConfiguration()
    /// The cookie that binds clients to backends; nil is none. Only HTTP listeners use such an
    /// upstream.
    public var affinity: AffinityConfiguration?
    /// A name whose records are the backends; then `backends` is empty and `file` nil.
    public var dns: DNSSourceConfiguration?
    /// A file that lists the backends, as `BackendList` reads it: an absolute path, or one relative
    /// to the configuration file's directory. Then `backends` is empty and `dns` nil.
    public var file: String?
    /// Those that the file itself names, at least one unless there is `dns` or `file`; identities
    /// are unique within the upstream. Stands last, so that comparing two upstreams comes to the
    /// long list only when all else is alike.
    public var backends: [BackendConfiguration] = []

    /// The defaults, without backends.
    public init() {}
}
