// Whether the routes of a listener can all be taken: names once, and no two that match alike.

/// The checks over the routes of one listener.
enum RouteAgreement {
    /// Where a route says it takes requests, one of its hosts and one of its paths.
    private struct Place: Hashable {
        var host: HostPattern?
        var path: PathPattern?
    }

    /// What else a route matches, and where it stands.
    private struct Claim {
        var index: Int
        var match: RouteMatch
        var priority: Int
    }

    /// Runs them all. `nodes` are the elements of `routes`.
    static func check(
        _ nodes: [Node], _ listener: ListenerConfiguration, _ review: inout Review
    ) {
        if nodes.count > Limits.routes {
            review.error(
                "more than \(Limits.routes) routes\(review.inPlace)", at: nodes[Limits.routes])
        }
        // Which node made which route is known just when each made one.
        guard nodes.count == listener.routes.count, !review.isFull else { return }
        checkMatches(nodes, listener.routes, &review)
    }

    /// Reports a route that an earlier one leaves nothing. Of two that match alike none is more
    /// exact, and the order of the file means nothing.
    private static func checkMatches(
        _ nodes: [Node], _ routes: [RouteConfiguration], _ review: inout Review
    ) {
        var claims: [Place: [Claim]] = [:]
        var comparisons = 0
        for (index, route) in routes.enumerated() {
            let claim = Claim(index: index, match: route.match, priority: route.priority)
            var earlier: Int?
            for place in places(of: route.match) {
                for other in claims[place] ?? [] where agrees(claim, other) {
                    earlier = min(earlier ?? other.index, other.index)
                }
                comparisons += 1 + (claims[place]?.count ?? 0)
                claims[place, default: []].append(claim)
            }
            // A hostile file could keep this busy for minutes.
            guard comparisons < Limits.comparisons, !review.isFull else { return }
            guard let earlier else { continue }
            let line = nodes[earlier].start.line
            review.error(
                "route \(index + 1)\(review.inPlace) matches requests that route \(earlier + 1), "
                    + "on line \(line), matches alike",
                at: nodes[index],
                suggestion: "give one of them a higher priority, or a condition more")
        }
    }

    private static func places(of match: RouteMatch) -> [Place] {
        let hosts: [HostPattern?] = match.hosts.isEmpty ? [nil] : match.hosts
        let paths: [PathPattern?] = match.paths.isEmpty ? [nil] : match.paths
        // Beyond this many pairs nothing is compared any more.
        let pairs = hosts.lazy.flatMap { host in paths.lazy.map { Place(host: host, path: $0) } }
        return Array(pairs.prefix(Limits.comparisons))
    }

    /// True when some request matches both alike.
    private static func agrees(_ left: Claim, _ right: Claim) -> Bool {
        guard left.priority == right.priority,
            left.match.methods.isEmpty == right.match.methods.isEmpty,
            Set(left.match.headers) == Set(right.match.headers),
            Set(left.match.query) == Set(right.match.query)
        else { return false }
        return left.match.methods.isEmpty
            || !Set(left.match.methods).isDisjoint(with: right.match.methods)
    }
}
