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
    /// All fit backends had as many sessions as they may, and clients of the upstream do not wait.
    case backendsFull
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
    /// What the client sent is not a request that may be passed on.
    case requestRefused
    /// No route takes the request, or the session.
    case noRoute
    /// The head of a request took too long.
    case headTimeout
    /// The client sent nothing of a request's body, or took nothing of a response, for too long.
    case bodyTimeout
    /// The exchange took longer than it may.
    case requestTimeout
    /// The client sent no other request for the time that its connection is kept.
    case keepAliveTimeout
    /// The backend closed the connection in place of a response.
    case upstreamClosed
    /// Nothing of a response came in time.
    case firstByteTimeout
    /// Nothing more of a response came for too long.
    case responseTimeout
    /// What the backend sent is not a response that may be passed on.
    case responseRefused
    /// The response ended before it was whole.
    case responseTruncated
    /// The client and its listener did not come to speak TLS.
    case tlsHandshakeFailed
    /// The client took too long over the TLS handshake.
    case tlsHandshakeTimeout
    /// What the client sent later was not what TLS lets through.
    case tlsFailed
    /// What the client sent is not a ClientHello that a session could be routed by.
    case helloRefused
    /// The ClientHello took too long.
    case helloTimeout
    /// The last backend that was tried and this proxy could not agree on TLS, or it broke off.
    case upstreamTLSFailed

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
        case .backendsFull: "backends_full"
        case .queueFull: "queue_full"
        case .queueTimeout: "queue_timeout"
        case .exhausted: "exhausted"
        case .drainTimeout: "drain_timeout"
        case .stopped: "stopped"
        case .killed: "killed"
        case .requestRefused: "request_refused"
        case .noRoute: "no_route"
        case .headTimeout: "head_timeout"
        case .bodyTimeout: "body_timeout"
        case .requestTimeout: "request_timeout"
        case .keepAliveTimeout: "keep_alive_timeout"
        case .upstreamClosed: "upstream_closed"
        case .firstByteTimeout: "first_byte_timeout"
        case .responseTimeout: "response_timeout"
        case .responseRefused: "response_refused"
        case .responseTruncated: "response_truncated"
        case .tlsHandshakeFailed: "tls_handshake_failed"
        case .tlsHandshakeTimeout: "tls_handshake_timeout"
        case .tlsFailed: "tls_failed"
        case .helloRefused: "hello_refused"
        case .helloTimeout: "hello_timeout"
        case .upstreamTLSFailed: "upstream_tls_failed"
        }
    }

    /// Whom it is due to.
    public var blame: Blame {
        switch self {
        case .completed, .keepAliveTimeout: .none
        case .downstreamReset, .abandoned, .requestRefused, .noRoute, .headTimeout, .bodyTimeout,
            .tlsHandshakeFailed, .tlsHandshakeTimeout, .tlsFailed, .helloRefused, .helloTimeout:
            .downstream
        case .upstreamReset, .connectFailed, .connectTimeout, .noBackend, .backendsFull, .queueFull,
            .queueTimeout, .upstreamClosed, .firstByteTimeout, .responseTimeout, .responseRefused,
            .responseTruncated, .upstreamTLSFailed:
            .upstream
        case .idleTimeout, .halfClosedTimeout, .lifetime, .exhausted, .drainTimeout, .stopped,
            .killed, .requestTimeout:
            .proxy
        }
    }

    /// The status of the answer that a client gets for an exchange that ends so, 0 where it gets
    /// none (RFC 9110, section 15).
    public var status: Int {
        switch self {
        case .requestRefused: 400
        case .noRoute: 404
        case .headTimeout, .bodyTimeout: 408
        case .connectFailed, .upstreamReset, .upstreamClosed, .responseRefused,
            .responseTruncated, .upstreamTLSFailed:
            502
        case .noBackend, .backendsFull, .queueFull, .queueTimeout, .exhausted, .stopped,
            .drainTimeout, .killed:
            503
        case .connectTimeout, .firstByteTimeout, .responseTimeout, .requestTimeout: 504
        case .completed, .downstreamReset, .abandoned, .idleTimeout, .halfClosedTimeout, .lifetime,
            .keepAliveTimeout, .tlsHandshakeFailed, .tlsHandshakeTimeout, .tlsFailed,
            .helloRefused, .helloTimeout:
            0
        }
    }
}
