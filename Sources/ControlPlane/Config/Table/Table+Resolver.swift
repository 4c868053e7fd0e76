// Keys of how names are looked up.

extension Table {
    /// `resolver`.
    static let resolver = Section<ResolverConfiguration>(
        "resolver",
        """
        Names are looked up while Sluice runs, and again when their records expire. What /etc/hosts \
        says of a name counts before any server.
        """,
        fresh: ResolverConfiguration(),
        keys: [
            Key(
                "servers", \.servers,
                Kind.nameServer.list(of: "server", identity: { $0 }),
                absence: "those of `/etc/resolv.conf`", example: "[\"127.0.0.1:5353\", 10.0.0.53]",
                "The servers to ask, in this order; without a port it is 53."),
            Key(
                "timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(60)),
                example: "500ms", "How long one attempt may take."),
            Key(
                "attempts", \.attempts, .integer(1...10), example: "2",
                "How often each server is asked before the name counts as not answered."),
            Key(
                "min_ttl", \.minTTL, .duration(.milliseconds(100) ... .hours(24)), example: "5s",
                "How long an answer is used at least, whatever its records say."),
            Key(
                "max_ttl", \.maxTTL, .duration(.milliseconds(100) ... .hours(24)), example: "5m",
                "How long an answer is used at most."),
        ],
        check: checkResolver)

    private static func checkResolver(
        _ resolver: ResolverConfiguration, _ node: Node, _ review: inout Review
    ) {
        if resolver.servers.count > Limits.resolverServers, let entry = node.entry("servers") {
            review.error(
                "more than \(Limits.resolverServers) servers\(review.inPlace)", at: entry.key,
                suggestion: "keep the nearest; a name that is not answered waits for each of them")
        }
        guard review.isUnderstood, resolver.minTTL > resolver.maxTTL,
            let entry = node.entry("min_ttl") ?? node.entry("max_ttl")
        else { return }
        let most = DurationText.spelling(resolver.maxTTL)
        review.error(
            "'min_ttl' of \(DurationText.spelling(resolver.minTTL)) is longer than 'max_ttl' of "
                + "\(most)\(review.inPlace)",
            at: entry.value, suggestion: "write min_ttl: \(most) or less")
    }
}
