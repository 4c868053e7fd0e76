// How exchanges with an upstream's backends go: how long they may take, which are tried again, and
// how connections are kept from one to the next.

/// What an upstream's configuration says of exchanges. Immutable. Times are in ms; 0 is off.
public struct HTTPUpstreamPolicy: Sendable {
    /// From the request to the first byte of its response.
    public var firstByteTimeoutMs: UInt64 = 30_000
    /// Between two parts of a response.
    public var idleTimeoutMs: UInt64 = 60_000
    /// Connections that are kept for exchanges to come, to each backend and over all workers; 0 is
    /// none.
    public var idleMax = 64
    /// How long one is kept that no exchange takes.
    public var keptMs: UInt64 = 30_000
    /// How long one is used at all, give or take a tenth.
    public var ageMaxMs: UInt64 = 3_600_000
    /// Statuses for which a request that may be sent again is tried on another backend.
    public var retryStatuses = StatusSet()
    /// So it is when nothing of a response came in time.
    public var retriesFirstByteTimeout = false

    /// The defaults.
    public init() {}
}
