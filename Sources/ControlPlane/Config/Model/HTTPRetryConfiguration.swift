// What makes a request be asked again, of another backend.

/// Retries of requests beside those for backends that cannot be reached. Only idempotent ones are
/// repeated (RFC 9110, section 9.2.2), and only within the retry budget.
public struct HTTPRetryConfiguration: Sendable, Equatable {
    /// Statuses that are worth another try, 400 to 599; unique.
    public var statuses: [Int] = []
    /// Tries again when `UpstreamHTTPTimeouts.firstByte` has passed.
    public var firstByteTimeout = false

    /// None.
    public init() {}
}
