// One backend of an upstream.

/// A server that an upstream sends sessions to.
public struct BackendConfiguration: Sendable, Equatable {
    /// What the file calls it, if it does; a metric label like the names of listeners.
    public var name: String?
    /// Where it is.
    public var address: BackendAddress
    /// Its share of new sessions, 0 to 1000; 0 gets none.
    public var weight = 1
    /// Connections to it at a time, at least 1; nil is no limit.
    public var maxConnections: Int?
    /// Its rank, 0 to 7: a backend gets sessions when none of a lower rank is usable.
    public var priority = 0

    /// A backend without a name, with weight 1, of the first rank.
    public init(address: BackendAddress) { self.address = address }

    /// What its state is keyed by over reloads, and its place in a hash: its name, or its address
    /// in canonical form when it has none.
    public var identity: String { name ?? address.description }
}
