// The cases, by the names that `--cases` takes. `http-` before a name makes the same case one of
// HTTP proxies in place of relays.

/// One question that the benchmarks ask.
enum BenchmarkCase: String, CaseIterable {
    case small
    case connectionPerRequest = "connection-per-request"
    case body64k = "body-64k"
    case body10m = "body-10m"
    case body64kTuned = "body-64k-tuned"
    case body10mTuned = "body-10m-tuned"
    case idle = "idle-8000"
    case httpSmall = "http-small"
    case httpConnectionPerRequest = "http-connection-per-request"
    case httpBody64k = "http-body-64k"
    case httpBody10m = "http-body-10m"
    case httpBody64kTuned = "http-body-64k-tuned"
    case httpBody10mTuned = "http-body-10m-tuned"
    case httpIdle = "http-idle-8000"
    case httpRoutes = "http-routes"
    case slowClients = "slow-clients"
    case backends
    case backendsPerRequest = "backends-per-request"
    case picks
    case probes
    case pool
    case start

    var title: String {
        switch self {
        case .small: "small requests on 32 kept connections"
        case .connectionPerRequest: "a connection per request, 32 at a time"
        case .body64k: "bodies of 64 KiB on 16 kept connections"
        case .body10m: "bodies of 10 MiB on 4 kept connections"
        case .body64kTuned: "the same, with the rivals tuned for large bodies"
        case .body10mTuned: "the same, with the rivals tuned for large bodies"
        case .idle: "memory of 8,000 idle relayed connections"
        case .httpSmall: "HTTP: small requests on 32 kept connections"
        case .httpConnectionPerRequest:
            "HTTP: a client's connection per request, 32 at a time; backends' connections are kept"
        case .httpBody64k: "HTTP: bodies of 64 KiB on 16 kept connections"
        case .httpBody10m: "HTTP: bodies of 10 MiB on 4 kept connections"
        case .httpBody64kTuned: "HTTP: the same, with the rivals tuned for large bodies"
        case .httpBody10mTuned: "HTTP: the same, with the rivals tuned for large bodies"
        case .httpIdle: "HTTP: memory of 8,000 clients that wait after a first request"
        case .httpRoutes: "HTTP: 10,000 routes against 10, small requests on kept connections"
        case .slowClients: "HTTP: small requests beside \(SlowClientsCase.clients) slow clients"
        case .backends: "10,000 backends against 10, small requests on kept connections"
        case .backendsPerRequest: "10,000 backends against 10, a connection per request"
        case .picks: "time of one pick among 10,000 backends against 10, by algorithm"
        case .probes: "5,000 backends with probes every \(ProxyTask.probeSeconds) s, and without"
        case .pool: "first byte from a backend 20 ms away, with connections kept ready"
        case .start: "from exec to the first relayed byte"
        }
    }

    /// The load of this case; nil where it is not wrk that asks, or not all are asked alike.
    var load: Wrk? {
        switch self {
        case .small, .httpSmall, .backends, .probes:
            Wrk(path: WebBackend.smallPath, connections: 32)
        // As many as leave the processors some room: else it is the queue of their own making whose
        // length is measured.
        case .slowClients: Wrk(path: WebBackend.smallPath, connections: 4)
        case .connectionPerRequest, .httpConnectionPerRequest, .backendsPerRequest:
            Wrk(path: WebBackend.smallPath, connections: 32, closing: true)
        case .body64k, .body64kTuned, .httpBody64k, .httpBody64kTuned:
            Wrk(path: "/64k", connections: 16)
        case .body10m, .body10mTuned, .httpBody10m, .httpBody10mTuned:
            Wrk(path: "/10m", connections: 4)
        case .idle, .httpIdle, .httpRoutes, .picks, .pool, .start: nil
        }
    }

    /// Whether the work is counted by the byte: then rates and times are per GiB.
    var isBulk: Bool {
        switch self {
        case .body64k, .body10m, .httpBody64k, .httpBody10m: true
        default: tunesRivals
        }
    }

    /// Whether the rivals get the settings that make large bodies cheapest for them.
    var tunesRivals: Bool {
        switch self {
        case .body64kTuned, .body10mTuned, .httpBody64kTuned, .httpBody10mTuned: true
        default: false
        }
    }

    /// Whether the proxies are HTTP proxies; else they relay bytes.
    var speaksHTTP: Bool {
        switch self {
        case .httpSmall, .httpConnectionPerRequest, .httpBody64k, .httpBody10m, .httpBody64kTuned,
            .httpBody10mTuned, .httpIdle, .httpRoutes, .slowClients:
            true
        default: false
        }
    }

    /// What a proxy has to do in this case before one backend.
    func task(backendPort: UInt16, _ bench: Bench) throws -> ProxyTask {
        var task = try ProxyTask(backends: ["127.0.0.1:\(backendPort)"], bench: bench)
        task.speaksHTTP = speaksHTTP
        task.tunesForBulk = tunesRivals
        return task
    }

    func run(_ bench: Bench) throws -> CaseResult {
        switch self {
        case .small, .connectionPerRequest, .body64k, .body10m, .body64kTuned, .body10mTuned,
            .httpSmall, .httpConnectionPerRequest, .httpBody64k, .httpBody10m, .httpBody64kTuned,
            .httpBody10mTuned:
            try LoadCase.compareProxies(self, bench)
        case .backends, .backendsPerRequest: try LoadCase.compareBackendCounts(self, bench)
        case .httpRoutes: try LoadCase.compareRouteCounts(self, bench)
        case .idle, .httpIdle: try IdleCase.run(self, bench)
        case .slowClients: try SlowClientsCase.run(bench)
        case .picks: try PicksCase.run(bench)
        case .probes: try ProbesCase.run(bench)
        case .pool: try PoolCase.run(bench)
        case .start: try StartCase.run(bench)
        }
    }
}
