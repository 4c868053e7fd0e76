// The task in sluice's words.

extension ProxyTask {
    /// Its configuration file. What is not in it has its default, also where that costs: for HTTP
    /// the other `X-Forwarded` fields, `Via` and an identifier for each request.
    var sluice: String {
        let health = "    health: { tcp: {}, interval: \(Self.probeSeconds)s }\n"
        let pool = "    pool: { warm: \(warm) }\n"
        let kept = "    http: { keep_alive: { max_idle: \(Self.keptConnectionsMax) } }\n"
        let table = "    routes:\n" + routes.lines(upstream: "benchmark", indent: 6)
        return """
            workers: 1
            max_connections: \(Self.sessionsMax)
            drain_timeout: 1s
            admin: { socket: \(adminPath) }
            log: { level: warning }
            listeners:
              benchmark:
                bind: "127.0.0.1:\(port)"
                protocol: \(speaksHTTP ? "http" : "tcp")
                upstream: benchmark
            \(routes.count > 0 ? table : "")\
            upstreams:
              benchmark:
            \(isProbed ? health : "")\
            \(warm > 0 ? pool : "")\
            \(speaksHTTP ? kept : "")\
                backends:
            \(backends.map { "      - \"\($0)\"" }.joined(separator: "\n"))

            """
    }
}
