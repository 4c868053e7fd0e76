// The words of `balance`.

/// How a backend is chosen for a new session. Raw values are the words of the file.
public enum BalanceAlgorithm: String, Sendable, CaseIterable {
    /// The less loaded of two at random.
    case randomTwo = "random-two"
    /// The least loaded of all.
    case leastConnections = "least-connections"
    /// In turn.
    case roundRobin = "round-robin"
    /// At random.
    case random
    /// By hash, from a lookup table (Eisenbud et al., NSDI 2016).
    case maglev
    /// By hash, on a ring of points (Karger et al., STOC 1997).
    case ring

    /// True where the choice follows from a key of the session.
    public var hashes: Bool { self == .maglev || self == .ring }
}
