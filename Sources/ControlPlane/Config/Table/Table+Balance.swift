// Keys of how an upstream chooses a backend.

extension Table {
    /// The words of `balance`.
    static let algorithm = Kind<BalanceAlgorithm>.word {
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
                "key", \.key, .hashKey, example: "source-ip-port",
                """
                What `maglev` and `ring` hash. What only requests have, from `host` on, is for \
                upstreams of HTTP listeners, and `sni` is for those of TCP listeners that have \
                `tls`, or routes by `sni` or `alpn`. What lacks it goes by its client's address.
                """),
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
