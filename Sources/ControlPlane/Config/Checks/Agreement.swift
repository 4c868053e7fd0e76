// Whether the parts of a file agree with each other: names that are used exist, names that exist
// are used, and no address is bound twice. Runs last, when everything has been mentioned.

/// The checks over the whole file.
enum Agreement {
    /// Runs them all.
    static func check(_ configuration: Configuration, _ root: Node, _ review: inout Review) {
        checkNames(&review)
        let admin = Review.Claim(
            address: .unix(path: configuration.admin.socket), ipv6Only: false,
            owner: "the admin server", node: root["admin"]?["socket"] ?? root)
        checkClaims([admin] + review.claims, &review)
        checkCount(&review)
        checkProtocols(configuration, root, &review)
        checkCookies(configuration, root, &review)
        checkServerNames(configuration, root, &review)
        if configuration.listeners.isEmpty, !review.hasErrors {
            review.warning(
                "there are no listeners, so nothing will be served",
                at: root.entry("listeners")?.key ?? root)
        }
    }

    private static func checkNames(_ review: inout Review) {
        let declared = Set(review.declaredUpstreams.map(\.name))
        let names = review.declaredUpstreams.map(\.name)
        var comparisons = 0
        for mention in review.usedUpstreams where !declared.contains(mention.name) {
            guard !review.isFull else { break }
            comparisons += names.count
            let near =
                comparisons > Limits.comparisons
                ? nil : Spelling.nearest(to: mention.name, among: names)
            review.error(
                "there is no upstream '\(mention.name)'", at: mention.node,
                suggestion: near.map { "did you mean '\($0)'?" }
                    ?? (names.isEmpty || names.count > 8
                        ? "declare it under 'upstreams'"
                        : "the upstreams here are " + names.joined(separator: ", ")))
        }
        // Of a file with errors nobody knows what it would use.
        guard !review.hasErrors else { return }
        let used = Set(review.usedUpstreams.map(\.name))
        for mention in review.declaredUpstreams where !used.contains(mention.name) {
            review.warning(
                "upstream '\(mention.name)' is not used by any listener", at: mention.node)
        }
    }

    /// No more addresses than a worker has room for.
    private static func checkCount(_ review: inout Review) {
        let count = review.claims.count
        guard count > Limits.boundAddresses else { return }
        review.error(
            "the listeners are bound to \(count) addresses, and \(Limits.boundAddresses) are the "
                + "most there can be",
            at: review.claims[Limits.boundAddresses].node,
            suggestion: "bind 0.0.0.0 or [::] in place of single addresses")
    }

    /// One owner an address. Sockets share ports with SO_REUSEPORT, so the kernel would not refuse
    /// what is refused here: it would spread connections over both owners, or prefer one of them.
    private static func checkClaims(_ claims: [Review.Claim], _ review: inout Review) {
        var owners: [BindAddress: Review.Claim] = [:]
        for claim in claims {
            if let first = owners[claim.address] {
                // Within one listener the list has reported it.
                guard first.owner != claim.owner else { continue }
                review.error(
                    "\(Visible.text(claim.address.description)) is bound already, "
                        + "by \(first.owner)",
                    at: claim.node)
                continue
            }
            owners[claim.address] = claim
        }
        for claim in claims {
            guard case .ipv6(let host, let port) = claim.address, host.high == 0, host.low == 0,
                !claim.ipv6Only, let other = owners[.ipv4(0, port: port)]
            else { continue }
            let words = other.owner == claim.owner ? "too" : "by \(other.owner)"
            review.error(
                "[::]:\(port) takes IPv4 connections as well, "
                    + "and 0.0.0.0:\(port) is bound \(words)",
                at: claim.node,
                suggestion: "remove 0.0.0.0:\(port), or set ipv6_only: true in \(claim.owner)")
        }
    }
}
