// Keys of a route: which requests it takes, and what becomes of them.

extension Table {
    /// An element of `listeners.NAME.routes`.
    static let route = Section<RouteConfiguration>(
        "route",
        """
        A route takes the requests that match all of `host`, `path`, `method`, `headers` and \
        `query` that it has, and does one thing with them: `upstream`, `redirect` or `respond`.
        """,
        fresh: RouteConfiguration(),
        keys: [
            Key(
                "name", \.name, .optional(.routeName), absence: "its number in the list, from 1",
                example: "api", "What it is called in metrics and in the log."),
            Key(
                "host", \.match.hosts,
                Kind.hostPattern.list(of: "host", identity: { $0 }, allowsOne: true),
                absence: "any", example: "[example.com, \"*.example.com\"]",
                """
                Hosts without a port: a name, an address, or `"*.example.com"` for all names below \
                `example.com`, however deep, but not that name itself. Case does not matter.
                """),
            Key(
                "path", \.match.paths,
                pathMatch.kind.orShort(.prefixPath) { .prefix($0) }
                    .list(of: "path", identity: { $0 }, allowsOne: true),
                absence: "any", example: "/v1",
                """
                Paths, without the query. Text is a prefix of whole segments: `/v1`, or `/v1/`, \
                matches `/v1`, `/v1/` and `/v1/x`, and not `/v1x`. Escapes are compared as they \
                are written.
                """),
            Key(
                "method", \.match.methods,
                Kind.routeMethod.list(of: "method", identity: { $0 }, allowsOne: true),
                absence: "any", example: "[GET, HEAD]",
                "Methods, which are case-sensitive. `GET` does not include `HEAD`."),
            Key(
                "headers", \.match.headers,
                valueMatch(.headerValue).kind.orShort(.headerValue, ValuePattern.init(word:))
                    .keyed(
                        by: .headerNameFolded, "header field", "header fields to what they have",
                        identity: { $0 }
                    ) { FieldPattern(name: $0, value: $1) },
                absence: "any", example: "{ X-Canary: \"1\", X-Debug: absent }",
                """
                Header fields that the request has to have, or must not: the whole value, or \
                `present`, or `absent`. Of a field that is there several times the first counts.
                """),
            Key(
                "query", \.match.query,
                valueMatch(.queryValue).kind.orShort(.queryValue, ValuePattern.init(word:))
                    .keyed(
                        by: .queryName, "parameter", "parameters to what they have",
                        identity: { $0 }
                    ) { FieldPattern(name: $0, value: $1) },
                absence: "any", example: "{ version: \"2\" }",
                """
                Parameters of the query, as for `headers`, spelled as in the URL: nothing is \
                decoded.
                """),
            Key(
                "priority", \.priority, .integer(-1000...1000), example: "10",
                "Its rank among routes that match: higher first, before all else."),
            Key(
                "upstream", \.upstream, .optional(.upstreamName), example: "site",
                "The upstream that the requests go to."),
            Key(
                "redirect", \.redirect,
                .optional(
                    redirect.kind.orShort(.target) { target in
                        var redirect = RedirectConfiguration()
                        redirect.target = target
                        return redirect
                    }),
                example: "{ to: \"https://{host}{path}{query}\", status: 308 }",
                "Where the clients are sent: a URL or a path, or a mapping for one with options."),
            Key(
                "respond", \.respond,
                .optional(
                    respond.kind.orShort(.integer(200...599)) { status in
                        var respond = RespondConfiguration()
                        respond.status = status
                        return respond
                    }),
                example: "{ status: 503, body: \"back at noon\" }",
                "What is answered, without asking a backend: a status, or a mapping."),
            Key(
                "rewrite", \.rewrite, .optional(rewrite.kind), absence: "the path stays",
                example: "{ prefix: /added }", "Changes the path. Only with `upstream`."),
            Key(
                "request_headers", \.requestHeaders, requestHeaders.kind,
                example: "{ set: { X-Client: \"{client_ip}\" } }",
                "Changes the request's header, after the listener has. Only with `upstream`."),
            Key(
                "response_headers", \.responseHeaders, responseHeaders.kind,
                example: "{ remove: [Server] }",
                "Changes the response's header, after the listener has. Only with `upstream`."),
            Key(
                "timeouts", \.timeouts, routeTimeouts.kind, example: "{ first_byte: 5s }",
                "Time limits of its own. Only with `upstream`."),
        ],
        alternatives: ["upstream", "redirect", "respond"],
        foreign: [
            "sni": ForeignKey(of: "routes of protocol tcp", "write host: requests have that"),
            "alpn": ForeignKey(of: "routes of protocol tcp", "remove it"),
        ],
        check: checkRoute)

    /// `listeners.NAME.routes[].timeouts`.
    private static let routeTimeouts = Section<RouteTimeouts>(
        "route_timeouts", "Time limits of this route's exchanges.",
        fresh: RouteTimeouts(),
        keys: [
            Key(
                "first_byte", \.firstByte,
                .optional(.duration(.milliseconds(10) ... .hours(24))),
                absence: "`http.timeouts.first_byte` of the upstream", example: "5s",
                "From the end of a request to the head of its response."),
            Key(
                "request", \.request, .optional(.duration(.milliseconds(10) ... .days(30))),
                absence: "`http.timeouts.request` of the listener", example: "30s",
                "A whole exchange, from the request's first byte to the response's last."),
        ])
}

extension RouteConfiguration {
    fileprivate var upstream: String? {
        get { if case .upstream(let name) = action { name } else { nil } }
        set { if let newValue { action = .upstream(newValue) } }
    }

    fileprivate var redirect: RedirectConfiguration? {
        get { if case .redirect(let redirect) = action { redirect } else { nil } }
        set { if let newValue { action = .redirect(newValue) } }
    }

    fileprivate var respond: RespondConfiguration? {
        get { if case .respond(let respond) = action { respond } else { nil } }
        set { if let newValue { action = .respond(newValue) } }
    }
}
