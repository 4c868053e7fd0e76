// The cases, by the names that `--cases` takes.

/// One question that the benchmarks ask.
enum BenchmarkCase: String, CaseIterable {
    case small
    case connectionPerRequest = "connection-per-request"
    case body64k = "body-64k"
    case body10m = "body-10m"
    case body64kTuned = "body-64k-tuned"
    case body10mTuned = "body-10m-tuned"
    case idle = "idle-8000"
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
        case .backends: "10,000 backends against 10, small requests on kept connections"
        case .backendsPerRequest: "10,000 backends against 10, a connection per request"
        case .picks: "time of one pick among 10,000 backends against 10, by algorithm"
        case .probes: "5,000 backends with probes every \(ProxyTask.probeSeconds) s, and without"
        case .pool: "first byte from a backend 20 ms away, with connections kept ready"
        case .start: "from exec to the first relayed byte"
        }
    }

    /// The load of this case; nil where it is not wrk that asks.
    var load: Wrk? {
        switch self {
        case .small, .backends, .probes: Wrk(path: WebBackend.smallPath, connections: 32)
        case .connectionPerRequest, .backendsPerRequest:
            Wrk(path: WebBackend.smallPath, connections: 32, closing: true)
        case .body64k, .body64kTuned: Wrk(path: "/64k", connections: 16)
        case .body10m, .body10mTuned: Wrk(path: "/10m", connections: 4)
        case .idle, .picks, .pool, .start: nil
        }
    }

    /// Whether the work is counted by the byte: then rates and times are per GiB.
    var isBulk: Bool { self == .body64k || self == .body10m || tunesRivals }

    /// Whether the rivals get the settings that make large bodies cheapest for them.
    var tunesRivals: Bool { self == .body64kTuned || self == .body10mTuned }

    func run(_ bench: Bench) throws -> CaseResult {
        switch self {
        case .small, .connectionPerRequest, .body64k, .body10m, .body64kTuned, .body10mTuned:
            try LoadCase.compareProxies(self, bench)
        case .backends, .backendsPerRequest: try LoadCase.compareBackendCounts(self, bench)
        case .idle: try IdleCase.run(bench)
        case .picks: try PicksCase.run(bench)
        case .probes: try ProbesCase.run(bench)
        case .pool: try PoolCase.run(bench)
        case .start: try StartCase.run(bench)
        }
    }
}
