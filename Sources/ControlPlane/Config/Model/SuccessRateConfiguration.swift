// When a backend is worse than its neighbours.

/// Compares the share of sessions that succeed between the backends of an upstream.
public struct SuccessRateConfiguration: Sendable, Equatable {
    /// Connections within one interval that make a backend's share count, at least 1.
    public var minimumConnections = 100
    /// Backends whose share counts, without which nothing is compared; at least 2.
    public var minimumBackends = 5
    /// A backend is ejected when its share is this many standard deviations below the mean.
    public var deviations = 1.9
    /// Between two comparisons.
    public var interval: Duration = .seconds(10)

    /// The defaults.
    public init() {}
}
