// Keys of a listener.

extension Table {
    /// `listeners.NAME`.
    static let listener = Section<ListenerConfiguration>(
        "listener",
        """
        A listener is one or more addresses, what is spoken there, and where the sessions go. Its \
        sockets live as long as the file names their addresses: a reload never closes and opens \
        one that stays.
        """,
        fresh: ListenerConfiguration(),
        keys: [
            Key(
                "bind", \.bind,
                Kind.bindAddress.list(of: "address", identity: { $0 }, allowsOne: true),
                isRequired: true, example: "\"0.0.0.0:80\"",
                """
                Where to listen: `10.0.0.1:80`, `"[2001:db8::1]:80"`, or the path of a Unix \
                socket, `/run/app.sock` or `unix:/run/app.sock`. All IPv4 addresses are \
                `0.0.0.0:80`; all addresses of both families are `"[::]:80"`. An address of one's \
                own and the one for all may be bound beside each other, and then the former wins.
                """),
            Key(
                "protocol", \.`protocol`,
                .word {
                    switch $0 {
                    case .tcp: "bytes, relayed as they are"
                    case .http: "HTTP/1.1 and HTTP/1.0, each request going its own way"
                    }
                },
                example: "tcp", "What is spoken."),
            Key(
                "upstream", \.upstream, .upstreamName,
                absence: "none; without `routes` it is required",
                example: "site",
                """
                The upstream that sessions go to. Beside `routes` it takes the requests, or \
                sessions, that no route takes; without it such requests are answered with 404, and \
                such sessions closed.
                """),
            Key(
                "routes", \.anyRoutes, routes,
                absence: "none", example: "[{ host: api.example.com, path: /v1, upstream: site }]",
                """
                With `protocol: tcp`, where sessions go by what their ClientHello asks for, while \
                TLS is passed on as it is; see the second of the mappings below. With `protocol: \
                http`, where requests go. Of the routes that match a request the \
                one with the highest `priority` takes it; of those the one for the most exact \
                host: a name before `*.`, of these the longest, and any host last; then the one \
                for the most exact path: an exact one before a prefix, of these the longest, and \
                any path last; then the one with the most conditions, `method` being one and each \
                field and parameter another; and at last the first in the list.
                """),
            Key(
                "hello_timeout", \.helloTimeout, .duration(.milliseconds(10) ... .seconds(600)),
                example: "2s",
                """
                From accept to the end of the ClientHello that `routes` wait for, with `protocol: \
                tcp`. A session that has sent none by then, or something else, is closed.
                """),
            Key(
                "tls", \.tls, .optional(listenerTLS.kind), absence: "none: bytes are what they are",
                example: "{ certificates: [{ cert: site.pem, key: site.key }] }",
                "TLS, which ends here: what clients send goes on decrypted."),
            Key(
                "http", \.http, listenerHTTP.kind, example: "{ forwarded: both }",
                "What there is to HTTP beside the routes, with `protocol: http`."),
            Key(
                "max_connections", \.maxConnections, .optional(.integer(1...10_000_000)),
                absence: "only the limit for all listeners", example: "10000",
                "Connections of this listener at a time."),
            Key(
                "backlog", \.backlog, .integer(1...65_535), example: "1024",
                """
                Connections that the kernel holds until a worker accepts them, for each worker. \
                The kernel cuts it to `net.core.somaxconn`.
                """),
            Key(
                "ipv6_only", \.ipv6Only, .boolean, example: "true",
                """
                Keeps IPv4 connections off the IPv6 addresses of this listener (IPV6_V6ONLY). For an \
                address that stays, a change waits for a restart.
                """),
            Key(
                "mode", \.mode, .optional(.mode), absence: "what the umask leaves",
                example: "\"0660\"", "Permission bits of this listener's Unix sockets."),
            Key(
                "owner", \.owner, .optional(.name), absence: "the user of the process",
                example: "www-data", "Owner of this listener's Unix sockets, a name or a number."),
            Key(
                "group", \.group, .optional(.name), absence: "the group of the process",
                example: "www-data", "Group of this listener's Unix sockets, a name or a number."),
            Key(
                "tcp", \.tcp, listenerTCP.kind, example: "{ nodelay: false }",
                "Options of the listening sockets and of the connections they accept."),
            Key(
                "timeouts", \.timeouts, timeouts.kind, example: "{ idle: 10m }",
                "How long a session may last, and may be still."),
        ],
        foreign: [
            "ssl": ForeignKey("did you mean 'tls'?"),
            "certificates": ForeignKey(of: "'tls'", "write tls: { certificates: ... }"),
            "cert": ForeignKey(of: "'certificates' of 'tls'", "write tls: { certificates: ... }"),
            "client_auth": ForeignKey(of: "'tls'", "write tls: { client_auth: ... }"),
            "alpn": ForeignKey(
                of: "'tls', or for routes of protocol tcp", "write tls: { alpn: ... }"),
            "sni": ForeignKey(
                of: "routes of protocol tcp", "write routes: [{ sni: ..., upstream: ... }]"),
            "hsts": ForeignKey(of: "'http'", "write http: { hsts: 365d }"),
        ],
        check: checkListener)

    /// `listeners.NAME.tcp`.
    static let listenerTCP = Section<ListenerTCPConfiguration>(
        "listener_tcp",
        "Options of the listening sockets and of the connections they accept (tcp(7)).",
        fresh: ListenerTCPConfiguration(),
        keys: tuning(ListenerTCPConfiguration.self) + [
            Key(
                "defer_accept", \.deferAccept,
                .orOff(.duration(.seconds(1) ... .hours(1), step: .seconds(1))), example: "5s",
                """
                Wakes a worker only when the first bytes have come, or after this time \
                (TCP_DEFER_ACCEPT). Not for protocols in which the server speaks first.
                """),
            Key(
                "fast_open", \.fastOpen, .orOff(.integer(1...65_535)), example: "256",
                """
                Takes data in the first segment (RFC 7413, TCP_FASTOPEN), for at most this many \
                connections that are not yet established.
                """),
        ])

    /// `listeners.NAME.timeouts`.
    static let timeouts = Section<ListenerTimeouts>(
        "timeouts", "Limits of a session; `off` lifts one.",
        fresh: ListenerTimeouts(),
        keys: [
            Key(
                "idle", \.idle, .orOff(.duration(.milliseconds(10) ... .days(30))), example: "10m",
                "Ends a session that carried no byte in either direction for this long."),
            Key(
                "half_closed", \.halfClosed, .orOff(.duration(.milliseconds(10) ... .days(30))),
                example: "10s",
                """
                Ends a session that carried no byte for this long after one side has finished \
                sending.
                """),
            Key(
                "lifetime", \.lifetime, .orOff(.duration(.milliseconds(10) ... .days(365))),
                example: "24h", "Ends a session at this age, whatever it carries."),
        ])

    /// Keys of a listener that do not go together, and the addresses it claims.
    private static func checkListener(
        _ listener: ListenerConfiguration, _ node: Node, _ review: inout Review
    ) {
        checkProtocol(listener, node, &review)
        checkTLS(listener, node, &review)
        let nodes = node["bind"]?.elements ?? []
        var addresses: [BindAddress] = []
        for element in nodes {
            guard let text = element.text, let address = try? AddressText.bind(text) else {
                continue
            }
            addresses.append(address)
            review.claims.append(
                Review.Claim(
                    address: address, ipv6Only: listener.ipv6Only,
                    owner: review.place ?? "a listener", node: element))
        }
        // What is wrong with an address has been said; guessing what it was meant to be is no use.
        guard !addresses.isEmpty, addresses.count == nodes.count else { return }
        for key in ["mode", "owner", "group"] {
            guard let entry = node.entry(key), !addresses.contains(where: \.isUnix) else {
                continue
            }
            review.error(
                "'\(key)' is for Unix sockets, and none is bound\(review.inPlace)", at: entry.key,
                suggestion: "remove it")
        }
        let hasIPv6 = addresses.contains { if case .ipv6 = $0 { true } else { false } }
        if let entry = node.entry("ipv6_only"), listener.ipv6Only, !hasIPv6 {
            review.warning(
                "'ipv6_only' changes nothing: no IPv6 address is bound\(review.inPlace)",
                at: entry.key, suggestion: "remove it")
        }
    }
}
