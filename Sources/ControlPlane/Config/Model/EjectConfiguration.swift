// When traffic itself shows that a backend is of no use.

/// When a backend is taken out for what sessions experience, and for how long.
public struct EjectConfiguration: Sendable, Equatable {
    /// Failed sessions in a row that eject a backend, at least 1.
    public var failures = 5
    /// How long the first ejection lasts; each further one twice as long as the one before.
    public var base: Duration = .seconds(10)
    /// The longest ejection, at least `base`.
    public var max: Duration = .seconds(300)
    /// The part of an upstream's backends that may be out at a time, 1 to 100.
    public var maxPercent = 50
    /// Ejects backends that fail more often than the others; nil does not.
    public var successRate: SuccessRateConfiguration?

    /// The defaults.
    public init() {}
}
