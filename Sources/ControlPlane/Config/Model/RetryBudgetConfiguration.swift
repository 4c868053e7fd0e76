// How many retries an upstream may make, so that an outage does not multiply its load.

/// The retries that an upstream may make beside its sessions.
public struct RetryBudgetConfiguration: Sendable, Equatable {
    /// Retries for each hundred sessions, 0 to 100.
    public var percent = 20
    /// Retries a second that are allowed beside those, so that a quiet upstream has some.
    public var perSecond = 3

    /// The defaults.
    public init() {}
}
