// Whether the routes of a listener can all be taken: names once, and no two that match alike.

/// The checks over the routes of one listener.
enum RouteAgreement {
    /// What of a route's conditions is compared as a whole.
    private struct Group: Hashable {
        var headers: Set<FieldPattern>
        var query: Set<FieldPattern>
        var priority: Int
    }

    /// One of a route's hosts with one of its paths, and the number of its group.
    private struct Place: Hashable {
        var host: HostPattern?
        var path: PathPattern?
        var group: Int
    }

    /// A route that takes requests at some place, by its index, and their methods; none is all.
    private struct Claim {
        var index: Int
        var methods: Set<String>
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
    /// exact, and nobody means the order of the file to decide.
    private static func checkMatches(
        _ nodes: [Node], _ routes: [RouteConfiguration], _ review: inout Review
    ) {
        var groups: [Group: Int] = [:]
        var claims: [Place: [Claim]] = [:]
        var comparisons = 0
        for (index, route) in routes.enumerated() {
            // A hostile file could keep this busy for minutes.
            guard comparisons < Limits.routePairs, !review.isFull else { return }
            let match = route.match
            let key = Group(
                headers: Set(match.headers), query: Set(match.query), priority: route.priority)
            let group = groups[key] ?? groups.count
            groups[key] = group
            let claim = Claim(index: index, methods: Set(match.methods))
            var earlier: Int?
            for place in places(of: match, group: group) {
                let others = claims[place] ?? []
                for other in others where meet(claim.methods, other.methods) {
                    earlier = min(earlier ?? other.index, other.index)
                }
                comparisons += 1 + others.count * (1 + claim.methods.count)
                claims[place, default: []].append(claim)
            }
            guard let earlier else { continue }
            let line = nodes[earlier].start.line
            review.error(
                "route \(index + 1)\(review.inPlace) matches requests that route \(earlier + 1), "
                    + "on line \(line), matches alike",
                at: nodes[index],
                suggestion: "give one of them a higher priority, or a condition more")
        }
    }

    private static func places(of match: RouteMatch, group: Int) -> some Sequence<Place> {
        let hosts: [HostPattern?] = match.hosts.isEmpty ? [nil] : match.hosts
        let paths: [PathPattern?] = match.paths.isEmpty ? [nil] : match.paths
        // Beyond this many pairs nothing is compared any more.
        return hosts.lazy.flatMap { host in
            paths.lazy.map { Place(host: host, path: $0, group: group) }
        }.prefix(Limits.routePairs)
    }

    /// True when some method is among both. Of a route with methods and one for all the former is
    /// more exact, so that these never meet.
    private static func meet(_ left: Set<String>, _ right: Set<String>) -> Bool {
        left.isEmpty && right.isEmpty || !left.isDisjoint(with: right)
    }
}
