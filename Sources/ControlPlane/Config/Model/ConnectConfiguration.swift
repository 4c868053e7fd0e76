// How connections to backends are made.

/// Limits of connecting to a backend.
public struct ConnectConfiguration: Sendable, Equatable {
    /// Of one attempt.
    public var timeout: Duration = .seconds(3)
    /// Further backends that are tried when the first cannot be reached.
    public var retries = 2
    /// Bounds the retries of all sessions together; nil leaves only `retries`.
    public var retryBudget: RetryBudgetConfiguration? = RetryBudgetConfiguration()
    /// The address that connections come from; nil leaves it to the kernel.
    public var source: SourceAddress?

    /// The defaults.
    public init() {}
}
