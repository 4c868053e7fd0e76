// Keys of an upstream and its backends.

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
                "backends", \.backends,
                backend.kind.orShort(.backendAddress) { BackendConfiguration(address: $0) }
                    .list(of: "backend", identity: \.identity),
                isRequired: true, example: "[\"10.0.0.1:6379\", \"10.0.0.2:6379\"]",
                "The servers; each an address, or a mapping for one with options."),
            Key(
                "drain_timeout", \.drainTimeout, .duration(.zero ... .days(30)), example: "1h",
                """
                How long sessions may go on when a reload has removed their backend or their \
                listener.
                """),
        ],
        check: checkUpstream)

    /// The words of `balance`.
    private static let algorithm = Kind<BalanceAlgorithm>.word {
        switch $0 {
        case .randomTwo: "the less loaded of two backends at random, which is nearly the least"
        case .leastConnections: "the backend with the fewest sessions for its weight"
        case .roundRobin: "in turn, by weight"
        case .random: "at random, by weight"
        case .maglev: "by hash from a table: evenest, and few keys move when backends change"
        case .ring: "by hash on a ring: fewest keys move when backends change"
        }
    }

    /// `upstreams.NAME.balance`.
    static let balance = Section<BalanceConfiguration>(
        "balance",
        """
        The same file makes the same choices on every machine: hashing places backends by name or \
        address, in an order that does not depend on the file's.
        """,
        fresh: BalanceConfiguration(),
        keys: [
            Key("algorithm", \.algorithm, algorithm, example: "maglev", "The algorithm."),
            Key(
                "key", \.key,
                .word {
                    switch $0 {
                    case .sourceIP: "the downstream's address"
                    case .sourceIPPort: "the downstream's address and port"
                    case .listener: "the listener's name: all its sessions go to one backend"
                    }
                },
                example: "source-ip-port", "What `maglev` and `ring` hash."),
            Key(
                "table_size", \.tableSize, .integer(101...5_000_011), example: "4099",
                """
                Entries in the table of `maglev`: a prime, best a hundred times the number of \
                backends. An entry takes four bytes.
                """),
            Key(
                "bounded_load", \.boundedLoad, .orOff(.number(1...100)), example: "1.25",
                """
                For `maglev` and `ring`: a backend with more than this many times the mean load is \
                passed over for the next in hash order.
                """),
        ],
        check: checkBalance)

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
                "source", \.source, .optional(.sourceAddress), absence: "the kernel's choice",
                example: "10.0.0.1",
                """
                The address of this machine that connections to backends of its family come from. \
                Its ports are shared by all backends (IP_BIND_ADDRESS_NO_PORT).
                """),
        ])

    /// `upstreams.NAME.tcp`.
    static let upstreamTCP = Section<UpstreamTCPConfiguration>(
        "upstream_tcp", "Options of the sockets to backends (tcp(7)).",
        fresh: UpstreamTCPConfiguration(), keys: tuning(UpstreamTCPConfiguration.self))

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
        ])

    private static func checkUpstream(
        _ upstream: UpstreamConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard let entry = node.entry("backends") else { return }
        let count = entry.value.elements.count
        let isWhole = !upstream.backends.isEmpty && upstream.backends.count == count
        if isWhole, upstream.backends.allSatisfy({ $0.weight == 0 }) {
            review.warning(
                "all backends have weight 0\(review.inPlace), so none gets a session",
                at: entry.key, suggestion: "give one a weight of 1 or more")
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

    private static func checkBalance(
        _ balance: BalanceConfiguration, _ node: Node, _ review: inout Review
    ) {
        let algorithm = balance.algorithm
        // With an algorithm that was not understood there is nothing to compare.
        if let text = node["algorithm"]?.text, text != algorithm.rawValue { return }
        let hashing = "'maglev' and 'ring'"
        if let entry = node.entry("key"), !algorithm.hashes {
            review.warning(
                "'key' changes nothing: '\(algorithm.rawValue)' does not hash", at: entry.key,
                suggestion: "remove it, or hash with \(hashing)")
        }
        if let entry = node.entry("table_size") {
            if algorithm != .maglev {
                review.error(
                    "'table_size' is for 'maglev', not for '\(algorithm.rawValue)'",
                    at: entry.key, suggestion: "remove it")
            } else if !Prime.isPrime(balance.tableSize) {
                review.error(
                    "the table size \(balance.tableSize) is not a prime", at: entry.value,
                    suggestion: "write \(Prime.atLeast(balance.tableSize))")
            }
        }
        if let entry = node.entry("bounded_load"), balance.boundedLoad != nil, !algorithm.hashes {
            review.error(
                "'bounded_load' is for \(hashing), not for '\(algorithm.rawValue)'",
                at: entry.key, suggestion: "remove it")
        }
    }
}
