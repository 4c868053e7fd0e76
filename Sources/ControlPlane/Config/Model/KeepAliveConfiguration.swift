// Connections to backends that wait for their next request. TCP's probes of dead peers are
// `KeepaliveConfiguration`, in one word as in tcp(7).

/// Connections kept open between exchanges (RFC 9112, section 9.3).
public struct KeepAliveConfiguration: Sendable, Equatable {
    /// Connections kept to each backend, over all workers; at least 1.
    public var maxIdle = 64
    /// One that nobody took is closed after this long; at most `maxAge`.
    public var idle: Duration = .seconds(30)
    /// No connection older than this gets another request.
    public var maxAge: Duration = .seconds(3600)

    /// The defaults.
    public init() {}
}
