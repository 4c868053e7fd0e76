// What the commands ask of a running process, as POST /drain and its like take it.

/// The JSON of a request; members that are nil are left out.
public struct OverrideOrder: Encodable, Sendable, Equatable {
    /// Which backends: `cache/red`, `cache/*`.
    public var target: String
    /// For `weight`.
    public var weight: Int?
    /// How long, as the configuration spells durations; nil is for good.
    public var `for`: String?
    /// Why.
    public var reason: String?

    /// An order with every member given.
    public init(target: String, weight: Int? = nil, for: String? = nil, reason: String? = nil) {
        self.target = target
        self.weight = weight
        self.for = `for`
        self.reason = reason
    }
}
