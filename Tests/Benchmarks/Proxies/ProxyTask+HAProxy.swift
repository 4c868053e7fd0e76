// The task in HAProxy's words.

extension ProxyTask {
    /// Its configuration file.
    var haproxy: String {
        // `splice-auto` was not seen to splice on the loopback device at all (strace shows receive
        // and send alone); these two always do, at a quarter of the time per byte of a large body.
        let bulk = "    option splice-request\n    option splice-response\n"
        // Any request may take any connection that is free, the first of a client as well.
        let http = "    http-reuse always\n    option forwardfor\n"
        let limits =
            "    timeout http-request \(Self.headSeconds)s\n"
            + "    timeout client \(Self.stillSeconds)s\n"
        return """
            global
                nbthread 1
                maxconn \(Self.sessionsMax)
                maxpipes 500
            \(tunesForBulk ? "    tune.pipesize 1048576\n" : "")\
            defaults
                mode \(speaksHTTP ? "http" : "tcp")
                maxconn \(Self.sessionsMax)
                timeout connect 3s
            \(limitsClients ? limits : "    timeout client 1h\n")\
                timeout server 1h
                option splice-auto
            \(tunesForBulk ? bulk : "")\
            \(speaksHTTP ? http : "")\
            listen benchmark
                bind 127.0.0.1:\(port) backlog 4096
            \(backends.enumerated().map { "    server s\($0) \($1)" }.joined(separator: "\n"))

            """
    }
}
