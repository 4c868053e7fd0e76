// What a route of TLS that is passed through matches, as a value that the configuration makes.

/// Which ClientHellos one route is for. Both lists have to hold, and of each list one item.
public struct ServerNamePattern: Sendable, Hashable {
    /// Its server names; none means every client, also one that names no host.
    public var hosts: [HostPattern]

    /// Names of protocols (RFC 7301), octet by octet, of which the client has to offer one; none
    /// means every client, also one that offers no protocols.
    public var protocols: [String]

    /// Makes a pattern, which matches everything where nothing is said.
    public init(hosts: [HostPattern] = [], protocols: [String] = []) {
        self.hosts = hosts
        self.protocols = protocols
    }

    /// The same as patterns for requests, one for each protocol: a protocol that is offered is a
    /// parameter that is present.
    var routes: [RoutePattern] {
        guard !protocols.isEmpty else { return [RoutePattern(hosts: hosts)] }
        return protocols.map {
            RoutePattern(hosts: hosts, parameters: [ValueCondition($0, .present)])
        }
    }
}
