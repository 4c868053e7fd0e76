// The one task that every proxy gets: from a port to backends, one worker, room for more than 8,000
// sessions; as a relay of bytes or as an HTTP proxy. `ProxyTask+NAME.swift` word it in each proxy's
// own configuration. Rivals get their best settings, which differ between small requests and large
// bodies.

/// What a proxy shall do.
struct ProxyTask {
    /// Free when the task was made.
    let port: UInt16
    /// Addresses with ports.
    let backends: [String]
    /// For whatever files the proxy needs; each has its own names there.
    let directory: String
    /// Proxies HTTP, upstream connections kept, in place of relaying bytes.
    var speaksHTTP = false
    /// Routes of sluice, all of them to the one upstream; only for HTTP.
    var routes = RouteSet(count: 0)
    /// Gives the rivals the settings that make large bodies cheapest for them, at the price of
    /// dearer small requests or more memory.
    var tunesForBulk = false
    /// Gives the rivals sluice's own limits of time for slow clients, an hour otherwise.
    var limitsClients = false
    /// Has sluice probe the backends, every `probeSeconds`.
    var isProbed = false
    /// Connections that sluice keeps ready to each backend; 0 for no pool.
    var warm = 0

    /// Seconds for a request's head, and seconds without a byte that a client sends of a body or
    /// takes of an answer: sluice's defaults.
    static let headSeconds = 10
    static let stillSeconds = 30

    /// The interval of probes.
    static let probeSeconds = 5

    /// Sessions at once that a proxy must have room for: the idle case and some air. Two
    /// descriptors each, and HAProxy's pipes, stay below the 20,000 that is a usual hard limit.
    static let sessionsMax = 8_200

    /// Connections to a backend that the HTTP proxies keep when nobody uses them: more than any
    /// case has clients.
    static let keptConnectionsMax = 64

    init(backends: [String], bench: Bench) throws {
        port = try Loopback.freePort()
        self.backends = backends
        directory = bench.directory
    }

    /// Where sluice's admin server listens.
    var adminPath: String { "\(directory)/sluice-\(port).sock" }

    func configuration(for kind: ProxyKind) -> String {
        switch kind {
        case .sluice: sluice
        case .haproxy: haproxy
        case .nginx: nginx
        }
    }
}
