// Keys of the routes of sessions whose TLS is passed on, and which language a listener's routes are
// written in.

extension Table {
    /// `listeners.NAME`. What its routes are is known before they are decoded.
    static let listenerByRoutes = Kind(listener.kind.shape) { node, review in
        review.routesByHello = hasHelloRoutes(node)
        return listener.decode(node, &review)
    }

    /// `listeners.NAME.routes`.
    static let routes: Kind<ListenerRoutes> = {
        let ofRequests = route.kind.list(of: "route", identity: \.name)
        let ofHellos = helloRoute.kind.list(of: "route") { _ -> String? in nil }
        return Kind(.either(ofRequests.shape, ofHellos.shape)) { node, review in
            review.routesByHello
                ? ofHellos.decode(node, &review).map { .hellos($0) }
                : ofRequests.decode(node, &review).map { .requests($0) }
        }
    }()

    /// An element of `listeners.NAME.routes` with `protocol: tcp`.
    private static let helloRoute = Section<HelloRouteConfiguration>(
        "hello_route",
        """
        A route takes the sessions whose ClientHello has all of `sni` and `alpn` that it has, one \
        of the two at least; the bytes go to the backend as they came. Of the routes that match, \
        the one for the most exact name takes the session: a name before `*.`, of these the \
        longest, and any name last; then one with `alpn` before one without, and of several with it \
        the first in the list. A session that none takes, nor the listener's `upstream`, gets the \
        alert `unrecognized_name`, or `no_application_protocol` where no route has `sni`.
        """,
        qualifier: "with `protocol: tcp`",
        fresh: HelloRouteConfiguration(),
        keys: [
            Key(
                "sni", \.serverNames,
                Kind.serverNamePattern.list(of: "name", identity: { $0 }, allowsOne: true),
                absence: "any", example: "[example.com, \"*.example.com\"]",
                """
                Names that clients ask for: `example.com`, or `"*.example.com"` for all names below \
                it, however deep, but not that name itself. Case does not matter.
                """),
            Key(
                "alpn", \.protocols, .applicationProtocols, absence: "any", example: "[h2]",
                "Protocols that clients offer (ALPN, RFC 7301), of which one is enough."),
            Key(
                "upstream", \.upstream, .upstreamName, isRequired: true, example: "site",
                "The upstream that the sessions go to."),
        ],
        foreign: Dictionary(
            uniqueKeysWithValues: requestKeys.map { key, suggestion in
                (key, ForeignKey(of: "routes of protocol http", suggestion))
            }),
        check: checkHelloRoute)

    /// Keys that only routes of requests have.
    private static let requestKeys: [(key: String, suggestion: String)] = [
        ("host", "write sni: the name in the ClientHello; hosts are for protocol http"),
        ("path", "write protocol: http, or remove it"),
        ("method", "write protocol: http, or remove it"),
        ("headers", "write protocol: http, or remove it"),
        ("query", "write protocol: http, or remove it"),
        ("name", "remove it"),
        ("priority", "remove it: the most exact route wins"),
        ("redirect", "write protocol: http, or an upstream"),
        ("respond", "write protocol: http, or an upstream"),
        ("rewrite", "write protocol: http, or remove it"),
        ("request_headers", "write protocol: http, or remove it"),
        ("response_headers", "write protocol: http, or remove it"),
        ("timeouts", "write protocol: http, or remove it"),
    ]

    private static func checkHelloRoute(
        _ route: HelloRouteConfiguration, _ node: Node, _ review: inout Review
    ) {
        if route.serverNames.count > Limits.routePatterns {
            review.error(
                "more than \(Limits.routePatterns) values of 'sni'\(review.inPlace)",
                at: node.entry("sni")?.key ?? node,
                suggestion: "make another route for the others")
        }
        guard node.entry("sni") == nil, node.entry("alpn") == nil else { return }
        review.error(
            "\(review.place ?? "the route") lacks one of the keys sni, alpn",
            at: review.placeNode ?? node,
            suggestion: "add sni: example.com; 'upstream' of the listener takes the others")
    }

    /// True for a listener of another protocol than http with a route by `sni` or `alpn`. Without one its routes
    /// are those of requests, written by somebody who forgot the protocol.
    private static func hasHelloRoutes(_ listener: Node) -> Bool {
        guard listener["protocol"]?.text != ListenerProtocol.http.rawValue else { return false }
        return (listener["routes"]?.elements ?? [])
            .contains { $0.entry("sni") != nil || $0.entry("alpn") != nil }
    }
}

extension ListenerConfiguration {
    /// Those that it has.
    var anyRoutes: ListenerRoutes {
        get { helloRoutes.isEmpty ? .requests(routes) : .hellos(helloRoutes) }
        set {
            switch newValue {
            case .requests(let routes): self.routes = routes
            case .hellos(let routes): helloRoutes = routes
            }
        }
    }
}
