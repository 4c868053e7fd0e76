// An upstream as the configuration has it, ready for workers.

public import Balancing
public import Health
public import Linux

/// How to reach a group of backends. Immutable; the control plane owns the memory behind it and
/// frees it when no snapshot has it any more.
@safe public struct UpstreamPlan: @unchecked Sendable {
    /// What a hashing balancer hashes.
    public enum Key: UInt8, Sendable {
        /// The client's address.
        case sourceAddress
        /// The client's address and port.
        case sourceAddressAndPort
        /// The listener: all its clients alike.
        case listener
        /// The name that the client asks for in TLS; what has none goes by the client's address.
        case serverName
        /// The request's host and its path.
        case host
        case path
        /// A field, a cookie or a parameter of the request, by name.
        case field
        case cookie
        case parameter

        /// The client's address is, or may be, a part of it.
        var isOfClient: Bool {
            self == .sourceAddress || self == .sourceAddressAndPort || self == .serverName
        }
    }

    /// Choose among the backends: one for each priority, `levelCount` of them. The later ones serve
    /// when none of the earlier ones' backends is fit. They are freed before the plan, once no
    /// session may choose by it: see `Session.Stage.mayChoose`.
    public var levels: UnsafePointer<Balancer>
    /// How many priorities there are.
    public var levelCount: Int
    /// What it hashes.
    public var key: Key
    /// The name of the field, the cookie or the parameter that it hashes.
    public var keyName = PlanText()
    /// The backends, `backendCount` of them.
    public var backends: UnsafePointer<BackendPlan>
    /// How many backends there are.
    public var backendCount: Int32
    /// How long a connect may take, in ms.
    public var connectTimeoutMs: UInt64
    /// Backends that a session tries at most, the first included.
    public var attempts: Int
    /// When failures of sessions take a backend out.
    public var ejection = EjectionPolicy(failuresMax: 0, baseMs: 0, maxMs: 0, maxPercent: 0)
    /// How long a backend that comes back takes to get its whole share, in ms; 0 is at once.
    public var slowStartMs: UInt64 = 0
    /// Sessions go to unfit backends when none is fit.
    public var failsOpen = true
    /// Sessions that may wait for a backend with room; 0 is none.
    public var queueMax = 0
    /// How long a session may wait, in ms.
    public var queueTimeoutMs: UInt64 = 0
    /// What may be spent on retries, or nil for all that `attempts` allows.
    public var retryBudget: RetryAllowance?
    /// Connections kept ready, or nil for none.
    public var pool: PoolPolicy?
    /// How exchanges go, or nil when none come here.
    public var http: HTTPUpstreamPolicy?
    /// How TLS is spoken with the backends, or nil for bytes as they are.
    public var tls: UnsafePointer<UpstreamTLSPlan>?
    /// The cookie that binds clients to backends, or nil for none.
    public var affinity: UnsafePointer<AffinityPlan>?
    /// How long sessions may go on when a reload removed their backend or listener, in ms.
    public var drainTimeoutMs: UInt64
    /// Where connections to backends of its family come from; of no family to leave it to the
    /// kernel.
    public var source: SocketAddress
    /// What sockets to backends are tuned by.
    public var options: SocketOptions
    /// What outlives the plan.
    public var state: UnsafeMutablePointer<UpstreamState>

    /// What connections to backends have to have in common with it, as far as TLS goes.
    var tlsMark: UInt64 { unsafe tls?.pointee.mark ?? 0 }

    /// Connections wait for work between two sessions or exchanges.
    var keepsConnections: Bool { pool != nil || (http?.idleMax ?? 0) > 0 }

    /// Retries that sessions may cost the backends.
    public struct RetryAllowance: Sendable {
        /// For each hundred sessions.
        public var percent: UInt32
        /// Each second besides.
        public var perSecond: UInt32

        /// An allowance.
        public init(percent: UInt32, perSecond: UInt32) {
            self.percent = percent
            self.perSecond = perSecond
        }
    }

    /// A plan with everything given but what an upstream does not need to have.
    public init(
        levels: UnsafePointer<Balancer>, levelCount: Int, key: Key,
        backends: UnsafePointer<BackendPlan>, backendCount: Int32,
        connectTimeoutMs: UInt64, attempts: Int, drainTimeoutMs: UInt64, source: SocketAddress,
        options: SocketOptions,
        state: UnsafeMutablePointer<UpstreamState>
    ) {
        precondition(attempts >= 1 && attempts <= ProxyLimits.attemptsMax)
        unsafe self.levels = unsafe levels
        self.levelCount = levelCount
        self.key = key
        unsafe self.backends = unsafe backends
        self.backendCount = backendCount
        self.connectTimeoutMs = connectTimeoutMs
        self.attempts = attempts
        self.drainTimeoutMs = drainTimeoutMs
        self.source = source
        self.options = options
        unsafe self.state = unsafe state
    }
}
