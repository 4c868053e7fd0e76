// Keys of where an upstream's backends come from: a list, a name, or a file of their own.

extension Table {
    /// The value of `backends`, and the content of a file that `file` names.
    static let backends = backend.kind
        .orShort(.backendAddress) { BackendConfiguration(address: $0) }
        .list(of: "backend", identity: \.identity)

    /// An element of `upstreams.NAME.backends`.
    static let backend = Section<BackendConfiguration>(
        "backend",
        """
        A backend is a server of the upstream. Its identity is its name, or else its address, and \
        has to be unique within the upstream.
        """,
        // The key is required, so this address never leaves the table.
        fresh: BackendConfiguration(address: .unix(path: "")),
        keys: [
            Key(
                "address", \.address, .backendAddress, isRequired: true,
                example: "\"10.0.0.1:6379\"",
                """
                Where it is: `10.0.0.1:80`, `"[2001:db8::1]:80"`, `host.example:80`, or the path \
                of a Unix socket. A host name is looked up while Sluice runs, never by `check`; of \
                several addresses the first IPv4 one is used.
                """),
            Key(
                "name", \.name, .optional(.name), absence: "its address", example: "cache-1",
                """
                What it is called in metrics and in the log. With a name it keeps its place in a \
                hash, and what is known of it, when its address changes.
                """),
            Key(
                "weight", \.weight, .integer(0...1000), example: "2",
                "Its share of new sessions beside the other backends' weights; 0 gets none."),
            Key(
                "max_connections", \.maxConnections, .optional(.integer(1...1_000_000)),
                absence: "no limit", example: "500",
                """
                Sessions with it at a time, over all workers. When every fit backend has as many \
                as it may, sessions wait in the queue.
                """),
            Key(
                "backup", \.isBackup, .boolean, example: "true",
                "Takes sessions only while no other backend is usable: `priority: 1` in a word."),
            Key(
                "priority", \.priority, .integer(0...7), example: "1",
                """
                Its rank. Sessions go to the lowest rank that has a usable backend; not beside \
                `backup`.
                """),
        ],
        check: checkBackend)

    /// `upstreams.NAME.dns`.
    static let dns = Section<DNSSourceConfiguration>(
        "dns",
        """
        The backends are what the records of a name say, looked up again when those expire. The \
        last good answer stays in use, whatever becomes of the name.
        """,
        // The key is required, so this name never leaves the table.
        fresh: DNSSourceConfiguration(name: ""),
        keys: [
            Key(
                "name", \.name, .lookupName, isRequired: true, example: "cache.example",
                "The name that is looked up, never by `check`."),
            Key(
                "type", \.type,
                .word {
                    switch $0 {
                    case .a: "IPv4 addresses"
                    case .aaaa: "IPv6 addresses"
                    case .srv: "host names with ports, weights and priorities"
                    }
                },
                example: "srv", "The records that are asked for."),
            Key(
                "port", \.port, .optional(.port), absence: "none; `a` and `aaaa` need one",
                example: "6379", "The port of each backend; records of type `srv` have their own."),
            Key(
                "max_connections", \.maxConnections, .optional(.integer(1...1_000_000)),
                absence: "no limit", example: "100",
                "Connections to each backend at a time, over all workers."),
        ],
        check: checkDNS)

    private static func checkBackend(
        _ backend: BackendConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard node.entry("backup") != nil, let entry = node.entry("priority") else { return }
        review.error(
            "'backup' and 'priority' exclude each other\(review.inPlace)", at: entry.key,
            suggestion: "keep 'priority'; a backup has priority 1")
    }

    private static func checkDNS(
        _ dns: DNSSourceConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood else { return }
        if dns.type == .srv, let entry = node.entry("port") {
            review.error(
                "'port' is for types 'a' and 'aaaa'; records of type 'srv' have ports of their own",
                at: entry.key, suggestion: "remove it")
        }
        if dns.type != .srv, node.entry("port") == nil {
            review.error(
                "\(review.place ?? "the file") lacks the key 'port', and records of type "
                    + "'\(dns.type.rawValue)' hold none",
                at: review.placeNode ?? node, suggestion: "add port: 6379, or write type: srv")
        }
    }
}

extension BackendConfiguration {
    /// What `backup` says.
    fileprivate var isBackup: Bool {
        get { priority == 1 }
        set { priority = newValue ? 1 : 0 }
    }
}
