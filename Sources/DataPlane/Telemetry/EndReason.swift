// Why sessions end: the one vocabulary of logs, metrics and status.

/// Why a session ended. The raw value is also its counter's place after the other counters of a
/// listener.
public enum EndReason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// Both sides said that they were done.
    case completed
    /// The client reset the connection, or it broke.
    case downstreamReset
    /// The backend reset the connection, or it broke.
    case upstreamReset
    /// Nothing moved for the idle timeout.
    case idleTimeout
    /// One side was done and the other said nothing more for the half-closed timeout.
    case halfClosedTimeout
    /// The session reached its maximum lifetime.
    case lifetime
    /// The client left before a backend was reached.
    case abandoned
    /// Every backend that was tried refused or failed.
    case connectFailed
    /// The last backend that was tried did not answer in time.
    case connectTimeout
    /// No backend was left to try.
    case noBackend
    /// All fit backends had as many sessions as they may, and as many clients waited as may.
    case queueFull
    /// No backend had room for the session in the time it may wait.
    case queueTimeout
    /// The process ran out of sessions, descriptors or memory.
    case exhausted
    /// Draining took longer than it may.
    case drainTimeout
    /// The operator stopped the process.
    case stopped
    /// The operator ended the sessions of its backend.
    case killed

    /// The word in logs, metrics and status.
    public var word: String {
        switch self {
        case .completed: "completed"
        case .downstreamReset: "downstream_reset"
        case .upstreamReset: "upstream_reset"
        case .idleTimeout: "idle_timeout"
        case .halfClosedTimeout: "half_closed_timeout"
        case .lifetime: "lifetime"
        case .abandoned: "abandoned"
        case .connectFailed: "connect_failed"
        case .connectTimeout: "connect_timeout"
        case .noBackend: "no_backend"
        case .queueFull: "queue_full"
        case .queueTimeout: "queue_timeout"
        case .exhausted: "exhausted"
        case .drainTimeout: "drain_timeout"
        case .stopped: "stopped"
        case .killed: "killed"
        }
    }

    /// Whom it is due to.
    public var blame: Blame {
        switch self {
        case .completed: .none
        case .downstreamReset, .abandoned: .downstream
        case .upstreamReset, .connectFailed, .connectTimeout, .noBackend, .queueFull, .queueTimeout:
            .upstream
        case .idleTimeout, .halfClosedTimeout, .lifetime, .exhausted, .drainTimeout, .stopped,
            .killed:
            .proxy
        }
    }

    /// True when another backend may be tried, since nothing was sent to the failed one.
    public var isRetryable: Bool { self == .connectFailed || self == .connectTimeout }
}
