// Which requests a route takes. Everything that is given has to match.

/// The conditions of a route; an empty list is none.
public struct RouteMatch: Sendable, Hashable {
    /// One of these hosts.
    public var hosts: [HostPattern] = []
    /// One of these paths.
    public var paths: [PathPattern] = []
    /// One of these methods, in capital letters.
    public var methods: [String] = []
    /// All of these header fields; names are unique.
    public var headers: [FieldPattern] = []
    /// All of these parameters of the query; names are unique.
    public var query: [FieldPattern] = []

    /// Every request.
    public init() {}
}
