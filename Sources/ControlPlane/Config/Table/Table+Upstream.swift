// Keys of an upstream. Those of its mappings are beside this file, but for the smallest.

extension Table {
    /// `upstreams.NAME`.
    static let upstream = Section<UpstreamConfiguration>(
        "upstream",
        """
        An upstream is a group of backends with one policy. What is known of a backend is kept by \
        the names of both, so a reload forgets nothing of those that stay.
        """,
        fresh: UpstreamConfiguration(),
        keys: [
            Key(
                "balance", \.balance,
                balance.kind.orShort(algorithm) { word in
                    var balance = BalanceConfiguration()
                    balance.algorithm = word
                    return balance
                } spell: {
                    $0.algorithm.rawValue
                },
                example: "least-connections",
                "How a backend is chosen: an algorithm, or a mapping for one with options."),
            Key(
                "connect", \.connect, connect.kind, example: "{ timeout: 1s, retries: 1 }",
                "How a connection to a backend is made."),
            Key(
                "tcp", \.tcp, upstreamTCP.kind, example: "{ user_timeout: 20s }",
                "Options of the sockets to backends."),
            Key(
                "tls", \.tls, .orBoolean(upstreamTLS, fresh: UpstreamTLSConfiguration()),
                example: "{ ca: backends.pem }",
                """
                TLS to the backends: `true` for that of the defaults, which verifies backends by the \
                system's authorities, or a mapping for one with options.
                """),
            Key(
                "backends", \.backends, backends,
                example: "[\"10.0.0.1:6379\", \"10.0.0.2:6379\"]",
                "The servers; each an address, or a mapping for one with options."),
            Key(
                "dns", \.dns, .optional(dns.kind), example: "{ name: cache.example, port: 6379 }",
                "A name whose records are the backends."),
            Key(
                "file", \.file, .optional(.relativePath),
                example: "/etc/sluice/cache.backends",
                """
                A file whose content are the backends, watched and never opened by `check`: a list \
                in YAML or JSON like `backends`, or one address a line with `#` before comments. \
                The path is absolute, or relative to this file's directory.
                """),
            Key(
                "health", \.health, .orOff(health.kind), example: "{ tcp: {}, interval: 2s }",
                "Probes of the backends."),
            Key(
                "eject", \.eject, .orOff(eject.kind), example: "{ failures: 3 }",
                "Takes out backends that fail sessions."),
            Key(
                "slow_start", \.slowStart, .duration(.zero ... .hours(1)), example: "30s",
                """
                How long a backend that comes back gets less than its share, rising from a tenth \
                to all of it; `0s` gives it all at once.
                """),
            Key(
                "fail_open", \.failOpen, .orOff(.percent(0...100)), example: "20",
                """
                With this many percent of the backends usable or fewer, health is ignored, and \
                sessions go to all: better than to lay everything on the few that are left. `off` \
                never ignores it.
                """),
            Key(
                "queue", \.queue, .orOff(queue.kind), example: "{ size: 1024, timeout: 1s }",
                """
                Where sessions wait while every fit backend has as many as its `max_connections`; \
                `off` resets them at once.
                """),
            Key(
                "http", \.http, upstreamHTTP.kind, example: "{ timeouts: { first_byte: 5s } }",
                "What there is to HTTP, for requests of HTTP listeners."),
            Key(
                "affinity", \.affinity, .orOff(affinity.kind),
                example: "{ secret: \"correct horse battery staple\" }",
                """
                Binds clients to backends by a cookie, for requests of HTTP listeners; the cookie \
                counts before `balance`.
                """),
            Key(
                "pool", \.pool, .orOff(pool.kind), example: "{ warm: 4 }",
                "Connections kept ready."),
            Key(
                "drain_timeout", \.drainTimeout, .duration(.zero ... .days(30)), example: "1h",
                """
                How long sessions may go on when a reload has removed their backend or their \
                listener.
                """),
        ],
        alternatives: ["backends", "dns", "file"],
        foreign: [
            "ssl": ForeignKey("did you mean 'tls'?"),
            "ca": ForeignKey(of: "'tls'", "write tls: { ca: ... }"),
            "verify": ForeignKey(of: "'tls'", "write tls: { verify: ... }"),
            "server_name": ForeignKey(of: "'tls'", "write tls: { server_name: ... }"),
            "sni": ForeignKey("write tls: { server_name: ... }"),
        ],
        check: checkUpstream)

    /// `upstreams.NAME.connect`.
    static let connect = Section<ConnectConfiguration>(
        "connect",
        "A session that finds no backend within these limits is closed.",
        fresh: ConnectConfiguration(),
        keys: [
            Key(
                "timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(600)),
                example: "1s", "How long one attempt may take."),
            Key(
                "retries", \.retries, .integer(0...7), example: "1",
                "Other backends that are tried after the first."),
            Key(
                "retry_budget", \.retryBudget, .orOff(retryBudget.kind),
                example: "{ percent: 10, per_second: 10 }",
                "Bounds the retries of all sessions together."),
            Key(
                "source", \.source, .optional(.sourceAddress), absence: "the kernel's choice",
                example: "10.0.0.1",
                """
                The address of this machine that connections to backends of its family come from. \
                Its ports are shared by all backends (IP_BIND_ADDRESS_NO_PORT).
                """),
        ],
        check: checkConnect)

    /// `upstreams.NAME.tcp`.
    static let upstreamTCP = Section<UpstreamTCPConfiguration>(
        "upstream_tcp", "Options of the sockets to backends (tcp(7)).",
        fresh: UpstreamTCPConfiguration(), keys: tuning(UpstreamTCPConfiguration.self))

    private static func checkUpstream(
        _ upstream: UpstreamConfiguration, _ node: Node, _ review: inout Review
    ) {
        checkQueue(upstream, node, &review)
        checkRetry(upstream, node, &review)
        checkTLS(upstream, node, &review)
        guard let entry = node.entry("backends") else { return }
        let count = entry.value.elements.count
        let isWhole = !upstream.backends.isEmpty && upstream.backends.count == count
        if isWhole, upstream.backends.allSatisfy({ $0.weight == 0 }) {
            review.warning(
                "all backends have weight 0\(review.inPlace), so none gets a session",
                at: entry.key, suggestion: "give one a weight of 1 or more")
        }
        if isWhole, upstream.backends.allSatisfy({ $0.priority > 0 }) {
            review.warning(
                "no backend has priority 0\(review.inPlace), so the next rank is always in use",
                at: entry.key, suggestion: "leave out 'backup' or 'priority' of the first to use")
        }
        if upstream.balance.algorithm == .maglev, upstream.balance.tableSize < count {
            let size = Prime.atLeast(min(count * 100, 5_000_011))
            review.error(
                "\(count) backends do not fit a table of \(upstream.balance.tableSize) entries"
                    + review.inPlace,
                at: node["balance"]?.entry("table_size")?.value ?? entry.key,
                suggestion: "write table_size: \(size)")
        }
    }

    /// A queue where nothing ever waits.
    private static func checkQueue(
        _ upstream: UpstreamConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, upstream.queue != nil, let entry = node.entry("queue") else {
            return
        }
        // What the file says of its backends is not known before it is read.
        let isLimited =
            upstream.file != nil || upstream.dns?.maxConnections != nil
            || upstream.backends.contains { $0.maxConnections != nil }
        guard !isLimited else { return }
        review.warning(
            "'queue' changes nothing: no backend has max_connections\(review.inPlace)",
            at: entry.key, suggestion: "remove it, or give backends max_connections")
    }

    private static func checkConnect(
        _ connect: ConnectConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, connect.retries == 0, connect.retryBudget != nil,
            let entry = node.entry("retry_budget")
        else { return }
        review.warning(
            "'retry_budget' changes nothing: there are no retries\(review.inPlace)",
            at: entry.key, suggestion: "remove it, or write retries: 1 or more")
    }
}
