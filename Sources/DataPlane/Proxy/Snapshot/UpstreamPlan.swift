// An upstream as the configuration has it, ready for workers.

public import Balancing
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
    }

    /// Chooses among the backends.
    public var balancer: Balancer
    /// What it hashes.
    public var key: Key
    /// The backends, `backendCount` of them.
    public var backends: UnsafePointer<BackendPlan>
    /// How many backends there are.
    public var backendCount: Int32
    /// How long a connect may take, in ms.
    public var connectTimeoutMs: UInt64
    /// Backends that a session tries at most, the first included.
    public var attempts: Int
    /// How long sessions may go on when a reload removed their backend or listener, in ms.
    public var drainTimeoutMs: UInt64
    /// Where connections to backends of its family come from; of no family to leave it to the
    /// kernel.
    public var source: SocketAddress
    /// What sockets to backends are tuned by.
    public var options: SocketOptions
    /// What outlives the plan.
    public var state: UnsafeMutablePointer<UpstreamState>

    /// A plan with everything given.
    public init(
        balancer: Balancer, key: Key, backends: UnsafePointer<BackendPlan>, backendCount: Int32,
        connectTimeoutMs: UInt64, attempts: Int, drainTimeoutMs: UInt64, source: SocketAddress,
        options: SocketOptions,
        state: UnsafeMutablePointer<UpstreamState>
    ) {
        precondition(attempts >= 1 && attempts <= ProxyLimits.attemptsMax)
        self.balancer = balancer
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
