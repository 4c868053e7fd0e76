// Where sessions wait while every backend is full.

/// The queue of an upstream whose backends are all at their `maxConnections`.
public struct QueueConfiguration: Sendable, Equatable {
    /// Sessions that may wait, at least 1; nil is twice the sum of the backends' `maxConnections`.
    public var size: Int?
    /// How long one may wait.
    public var timeout: Duration = .seconds(5)

    /// The defaults.
    public init() {}
}
