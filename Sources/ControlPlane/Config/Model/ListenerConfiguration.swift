// One listener: the addresses it is bound to, what it speaks, and where its sessions go.

/// A listener of the file.
public struct ListenerConfiguration: Sendable, Equatable {
    /// Its key in `listeners`; a metric label, so limited to letters, digits, `_`, `.` and `-`.
    public var name = ""
    /// At least one; no two are alike over all listeners of a file.
    public var bind: [BindAddress] = []
    /// What the downstream speaks.
    public var `protocol` = ListenerProtocol.tcp
    /// The name of an upstream of the same file. It takes the requests, or sessions, that no route
    /// takes, and is empty where the file names none: then requests are answered with 404, and
    /// sessions closed.
    public var upstream = ""
    /// The routes, in the order of the file; only for HTTP.
    public var routes: [RouteConfiguration] = []
    /// The routes of sessions by their ClientHello, in the order of the file; only for TCP without
    /// `tls`. Not empty where a session has to begin with one.
    public var helloRoutes: [HelloRouteConfiguration] = []
    /// From accept to the end of a ClientHello that such routes wait for.
    public var helloTimeout: Duration = .seconds(5)
    /// TLS of the clients; nil leaves their bytes as they are.
    public var tls: ListenerTLSConfiguration?
    /// What else there is to HTTP; the defaults for other protocols.
    public var http = ListenerHTTPConfiguration()
    /// Connections of this listener at a time; nil leaves only the limit of the process.
    public var maxConnections: Int?
    /// Connections that the kernel holds until they are accepted, as listen(2) takes it.
    public var backlog = 4096
    /// Keeps IPv4 off an IPv6 address (ipv6(7), IPV6_V6ONLY).
    public var ipv6Only = false
    /// Permission bits of its Unix sockets; nil is what the umask leaves.
    public var mode: FileMode?
    /// Owner of its Unix sockets, a name or a number; nil is the user of the process.
    public var owner: String?
    /// Group of its Unix sockets, a name or a number; nil is the group of the process.
    public var group: String?
    /// Options of the downstream sockets.
    public var tcp = ListenerTCPConfiguration()
    /// How long a session may last, and may be still.
    public var timeouts = ListenerTimeouts()

    /// The defaults, without address or upstream.
    public init() {}

    /// The upstreams that it leads to, each once, in the order of the file.
    public var upstreams: [String] {
        var names: [String] = []
        var seen: Set<String> = [""]
        for route in routes {
            guard case .upstream(let name) = route.action else { continue }
            if seen.insert(name).inserted { names.append(name) }
        }
        for route in helloRoutes where seen.insert(route.upstream).inserted {
            names.append(route.upstream)
        }
        if seen.insert(upstream).inserted { names.append(upstream) }
        return names
    }
}
