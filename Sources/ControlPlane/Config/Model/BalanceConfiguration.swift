// How an upstream chooses a backend.

/// The balancing policy of an upstream.
public struct BalanceConfiguration: Sendable, Equatable {
    /// The algorithm.
    public var algorithm = BalanceAlgorithm.randomTwo
    /// What is hashed; only `maglev` and `ring` look at it.
    public var key = HashKey.sourceIP
    /// Entries of the lookup table, a prime; only `maglev` has one.
    public var tableSize = 65_537
    /// A backend takes at most this many times the mean load before the next one in hash order is
    /// asked, at least 1; nil is no bound.
    public var boundedLoad: Double?

    /// The defaults.
    public init() {}
}
