// Whether the routes by ClientHello of a listener can all be taken: no two match alike.

/// The checks over the routes of one listener that passes TLS on.
enum HelloRouteAgreement {
    /// One of a route's names with one of its protocols; nil is any.
    private struct Place: Hashable {
        var serverName: HostPattern?
        var `protocol`: String?
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
        guard nodes.count == listener.helloRoutes.count, !review.isFull else { return }
        var owners: [Place: Int] = [:]
        var comparisons = 0
        for (index, route) in listener.helloRoutes.enumerated() {
            // A hostile file could keep this busy for minutes.
            guard comparisons < Limits.routePairs, !review.isFull else { return }
            guard isWhole(route, nodes[index]) else { continue }
            var earlier: Int?
            for place in places(of: route) {
                comparisons += 1
                if let owner = owners[place] { earlier = min(earlier ?? owner, owner) }
                owners[place] = owners[place] ?? index
            }
            guard let earlier, earlier < index else { continue }
            let line = nodes[earlier].start.line
            review.error(
                "route \(index + 1)\(review.inPlace) matches sessions that route \(earlier + 1), "
                    + "on line \(line), matches alike",
                at: nodes[index], suggestion: "give each of them other values of sni or alpn")
        }
    }

    /// True when all that a route says was understood: else nobody knows what it matches.
    private static func isWhole(_ route: HelloRouteConfiguration, _ node: Node) -> Bool {
        (node.entry("sni") == nil) == route.serverNames.isEmpty
            && (node.entry("alpn") == nil) == route.protocols.isEmpty
            && !(route.serverNames.isEmpty && route.protocols.isEmpty)
    }

    private static func places(of route: HelloRouteConfiguration) -> some Sequence<Place> {
        let names: [HostPattern?] = route.serverNames.isEmpty ? [nil] : route.serverNames
        let protocols: [String?] = route.protocols.isEmpty ? [nil] : route.protocols
        // Beyond this many pairs nothing is compared any more.
        return names.lazy.flatMap { name in
            protocols.lazy.map { Place(serverName: name, protocol: $0) }
        }.prefix(Limits.routePairs)
    }
}
