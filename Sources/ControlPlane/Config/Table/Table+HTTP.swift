// Keys of what an HTTP listener has beside its routes.

extension Table {
    /// `listeners.NAME.http`.
    static let listenerHTTP = Section<ListenerHTTPConfiguration>(
        "listener_http", "HTTP/1.1 and HTTP/1.0 on the side of the clients.",
        fresh: ListenerHTTPConfiguration(),
        keys: [
            Key(
                "timeouts", \.timeouts, httpTimeouts.kind, example: "{ keep_alive: 15s }",
                "How long the parts of an exchange may take."),
            Key(
                "max_requests", \.maxRequests, .orOff(.integer(1...1_000_000_000)),
                example: "1000", "Requests after which a connection is closed."),
            Key(
                "trusted_proxies", \.trustedProxies,
                Kind.trustedProxy.list(of: "proxy", identity: { $0 }, allowsOne: true),
                absence: "none", example: "[10.0.0.0/8, \"::1\"]",
                """
                Peers whose word about the client is believed: `Forwarded`, `X-Forwarded-For` and \
                its like, and the request's identifier. What others send of these is dropped. An \
                address, a block of them, or `unix` for all peers that come by a Unix socket.
                """),
            Key(
                "forwarded", \.forwarded,
                .word {
                    switch $0 {
                    case .xForwarded: "`X-Forwarded-For`, `-Proto`, `-Host` and `-Port`"
                    case .rfc7239: "`Forwarded` (RFC 7239)"
                    case .both: "all of them"
                    case .off: "none"
                    }
                },
                example: "both", "The fields that tell backends whom a request comes from."),
            Key(
                "via", \.via, .orOff(.pseudonym), example: "edge-1",
                "The name in the `Via` field of requests and responses; `off` writes none."),
            Key(
                "request_id", \.requestID, .orOff(requestID.kind),
                absence: "the defaults of its keys", example: "{ header: X-Correlation-Id }",
                "A field that identifies the request; `off` writes none."),
            Key(
                "connect", \.connect, .boolean, example: "true",
                "Allows the method CONNECT: a tunnel to a backend. Else it is answered with 405."),
            Key(
                "compression", \.compression, .orOff(compression.kind), example: "{ level: 4 }",
                "Compresses responses by gzip; `{}` does so with the defaults of its keys."),
            Key(
                "access_log", \.accessLog, .orOff(accessLog.kind), example: "{ format: combined }",
                "A line for each exchange; `{}` writes JSON to standard error."),
            Key(
                "hsts", \.hsts, .orOff(hsts.kind.orShort(hstsAge, HSTSConfiguration.init(maxAge:))),
                example: "365d",
                """
                Tells browsers to come by TLS only, and for how long to remember it: a duration, or \
                a mapping for one with options. Only with `tls`: browsers take it from no other.
                """),
            Key(
                "error_pages", \.errorPages,
                Kind<String>.pagePath.keyed(
                    by: Kind<Int>.integer(400...599), "status", "statuses to files",
                    identity: { $0 }
                ) { ErrorPage(status: $0, file: $1) },
                absence: "none", example: "{ 503: /etc/sluice/503.html }",
                """
                Bodies of the errors that Sluice itself answers with, by status from 400 to 599. \
                Each file has at most 1 MiB, and is read when the configuration is loaded, never by \
                `check`. Paths are absolute, or relative to this file's directory.
                """),
            Key(
                "request_headers", \.requestHeaders, requestHeaders.kind,
                example: "{ remove: [X-Internal] }",
                "Changes the header of every request, before its route does."),
            Key(
                "response_headers", \.responseHeaders, responseHeaders.kind,
                example: "{ set: { X-Content-Type-Options: nosniff } }",
                "Changes the header of every response, before its route does."),
        ],
        check: checkListenerHTTP)

    /// `listeners.NAME.http.timeouts`.
    private static let httpTimeouts = Section<ListenerHTTPTimeouts>(
        "http_timeouts",
        """
        How long the parts of an exchange may take. Tunnels, such as WebSockets, have the \
        `timeouts` of the listener.
        """,
        fresh: ListenerHTTPTimeouts(),
        keys: [
            Key(
                "head", \.head, .duration(.milliseconds(10) ... .hours(1)), example: "5s",
                """
                From the first byte of a request, or the beginning of the connection, to the end \
                of the request's head.
                """),
            Key(
                "body", \.body, .duration(.milliseconds(10) ... .hours(24)), example: "1m",
                "Without a byte of a request's body."),
            Key(
                "keep_alive", \.keepAlive, .duration(.milliseconds(10) ... .hours(24)),
                example: "15s", "From the end of a response to the next request."),
            Key(
                "request", \.request, .orOff(.duration(.milliseconds(10) ... .days(30))),
                example: "60s",
                "A whole exchange, from the request's first byte to the response's last."),
        ])

    /// `listeners.NAME.http.request_id`.
    private static let requestID = Section<RequestIDConfiguration>(
        "request_id",
        """
        Each request gets an identifier: backends find it in this field, logs as `request_id`.
        """,
        fresh: RequestIDConfiguration(),
        keys: [
            Key("header", \.header, .identifierHeader, example: "X-Correlation-Id", "The field."),
            Key(
                "trust", \.trust, .boolean, example: "false",
                "Keeps the identifier that a trusted proxy has sent."),
        ])

    private static func checkListenerHTTP(
        _ http: ListenerHTTPConfiguration, _ node: Node, _ review: inout Review
    ) {
        for element in node["trusted_proxies"]?.elements ?? [] {
            switch element.text.flatMap({ try? AddressText.block($0) }) {
            case .ipv4(_, bits: 0), .ipv6(_, bits: 0):
                review.warning(
                    "every client is believed whatever it says of its address\(review.inPlace)",
                    at: element, suggestion: "name the proxies in front of this listener")
            default: break
            }
        }
        checkHSTS(http, node, &review)
    }

    /// What a listener has or lacks by its protocol.
    static func checkProtocol(
        _ listener: ListenerConfiguration, _ node: Node, _ review: inout Review
    ) {
        // With a protocol that was not understood there is nothing to compare.
        if let text = node["protocol"]?.text, text != listener.protocol.rawValue { return }
        let owner = review.place ?? "the listener"
        let place = review.placeNode ?? node
        switch listener.protocol {
        case .tcp:
            let routes = node.entry("routes")
            if let routes, !review.routesByHello {
                review.error(
                    "'routes' without 'sni' and 'alpn' is for protocol http, and \(owner) speaks "
                        + "tcp",
                    at: routes.key, suggestion: "write protocol: http, or routes by sni or alpn")
            }
            let http = node.entry("http")
            if let http {
                review.error(
                    "'http' is for protocol http, and \(owner) speaks tcp", at: http.key,
                    suggestion: "write protocol: http, or remove it")
            }
            if review.routesByHello {
                HelloRouteAgreement.check(routes?.value.elements ?? [], listener, &review)
            }
            // Who forgot the protocol has said enough.
            guard routes == nil, http == nil, node.entry("upstream") == nil else { return }
            review.error(
                "\(owner) lacks the key 'upstream'", at: place, suggestion: "add upstream: site")
        case .http:
            if node.entry("upstream") == nil, node.entry("routes") == nil {
                review.error(
                    "\(owner) lacks one of the keys upstream, routes", at: place,
                    suggestion: "add upstream: site")
            }
            if let entry = node.entry("hello_timeout") {
                review.error(
                    "'hello_timeout' is for protocol tcp, and \(owner) speaks http", at: entry.key,
                    suggestion: "remove it, or write tls: { handshake_timeout: ... }")
            }
            // Of routes that are written in the other language nobody knows what they match.
            let routes = node["routes"]?.elements ?? []
            guard !routes.contains(where: { $0.entry("sni") != nil || $0.entry("alpn") != nil })
            else { return }
            RouteAgreement.check(routes, listener, &review)
        }
    }
}
