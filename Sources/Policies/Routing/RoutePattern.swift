// What a route matches, as a value that the configuration makes. Where it leads is no matter here.

/// Which requests one route is for. All that is said has to hold, and of each list one item.
public struct RoutePattern: Sendable, Hashable {
    /// Its hosts; none means every host.
    public var hosts: [HostPattern]

    /// Its paths; none means every path.
    public var paths: [PathPattern]

    /// Its methods, compared as they are (RFC 9110, section 9.1); none means every method.
    public var methods: [String]

    /// Conditions on header fields, of which each has to hold.
    public var fields: [ValueCondition]

    /// Conditions on parameters of the query, of which each has to hold.
    public var parameters: [ValueCondition]

    /// Goes before all else: of the routes that match, only those of the highest are considered.
    /// Within the range of `Int32`.
    public var priority: Int

    /// Makes a pattern, which matches everything where nothing is said.
    public init(
        hosts: [HostPattern] = [],
        paths: [PathPattern] = [],
        methods: [String] = [],
        fields: [ValueCondition] = [],
        parameters: [ValueCondition] = [],
        priority: Int = 0
    ) {
        self.hosts = hosts
        self.paths = paths
        self.methods = methods
        self.fields = fields
        self.parameters = parameters
        self.priority = priority
    }
}
