// How names of backends are looked up.

/// The resolver of the process.
public struct ResolverConfiguration: Sendable, Equatable {
    /// The servers that are asked, in this order; none are those of /etc/resolv.conf.
    public var servers: [ResolverServer] = []
    /// Of one attempt.
    public var timeout: Duration = .seconds(1)
    /// How often one server is asked before the name counts as not answered, at least 1.
    public var attempts = 3
    /// An answer is used for at least this long, whatever its records say.
    public var minTTL: Duration = .seconds(1)
    /// And at most for this long; not less than `minTTL`.
    public var maxTTL: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
