// What an operator may choose about balancing, as a value that the snapshot builder compares.

/// The balancing policy of one upstream.
public struct BalancingPolicy: Sendable, Equatable {
    /// How a backend is chosen.
    public var algorithm: BalancingAlgorithm

    /// Slots of the Maglev table; rounded up to a prime, to at least the number of backends, and
    /// down to `BalancingLimits.maglevSlotsMax`. At 100 slots a backend, shares are within 1 % of
    /// each other and few keys move (the paper's section 3.4).
    public var tableSize: Int

    /// Points on the ring for each unit of weight, until `BalancingLimits.ringPointsMax` in all.
    public var ringPointsPerWeight: Int

    /// For `maglev` and `ring`: a backend is passed over when one more would bring it above this
    /// many times its fair share of the load (Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing
    /// with Bounded Loads", 2016). Nil is off; below 1 counts as 1; kept to a thousandth.
    public var boundedLoad: Double?

    /// Makes a policy; everything has the default of the configuration file.
    public init(
        algorithm: BalancingAlgorithm = .randomTwo,
        tableSize: Int = 65537,
        ringPointsPerWeight: Int = 160,
        boundedLoad: Double? = nil
    ) {
        self.algorithm = algorithm
        self.tableSize = tableSize
        self.ringPointsPerWeight = ringPointsPerWeight
        self.boundedLoad = boundedLoad
    }
}
