// Keys of what a route does with its requests, and which of a route's keys go together.

extension Table {
    /// `listeners.NAME.routes[].redirect`.
    static let redirect = Section<RedirectConfiguration>(
        "redirect",
        """
        The client is told to ask elsewhere (RFC 9110, section 15.4). A listener that does nothing \
        but send clients over to TLS has one route: \
        `routes: [{ redirect: "https://{host}{path}{query}" }]`. A port other than 443 is written \
        behind `{host}`.
        """,
        fresh: RedirectConfiguration(),
        keys: [
            Key(
                "to", \.target, .target, isRequired: true,
                example: "\"https://{host}{path}{query}\"",
                """
                Where: a URL or a path, with variables. `{query}` has its question mark, and is \
                nothing where there is no query.
                """),
            Key(
                "status", \.status, .redirectStatus, example: "308",
                """
                301 and 308 are permanent, and browsers remember them; 302 and 307 are not. 307 \
                and 308 keep the method, 303 makes it GET.
                """),
        ])

    /// `listeners.NAME.routes[].respond`.
    static let respond = Section<RespondConfiguration>(
        "respond", "The answer, made when the configuration is loaded.",
        fresh: RespondConfiguration(),
        keys: [
            Key("status", \.status, .integer(200...599), example: "503", "The status."),
            Key(
                "body", \.body, .bodyText, absence: "empty", example: "\"back at noon\"",
                "The body, as it is: variables are not filled in."),
            Key(
                "file", \.file, .optional(.pagePath), absence: "none; not beside `body`",
                example: "/etc/sluice/maintenance.html",
                """
                A file that holds the body, at most 1 MiB, read when the configuration is loaded \
                and never by `check`. The path is absolute, or relative to this file's directory.
                """),
            Key(
                "content_type", \.contentType, .optional(.contentType),
                absence: "by the file's name, `text/plain; charset=utf-8` for any other",
                example: "application/json", "The `Content-Type`."),
        ],
        check: checkRespond)

    /// `listeners.NAME.routes[].rewrite`.
    static let rewrite = Section<PathRewrite>(
        "rewrite", "One change of the path; the query stays.",
        // One of the keys is there, so this never leaves the table.
        fresh: .addPrefix("/"),
        keys: [
            Key(
                "strip_prefix", \.stripPrefix, .optional(.prefixPath), example: "/v1",
                """
                Takes this from the beginning of the path: of `/v1/x` stays `/x`, of `/v1` `/`. \
                Every `path` of the route has to begin with it.
                """),
            Key(
                "replace_prefix", \.replacePrefix, .optional(.prefixPath), example: "/v2",
                "Puts this in place of the prefix that the route's `path` is."),
            Key(
                "prefix", \.addPrefix, .optional(.prefixPath), example: "/added",
                "Puts this before the path."),
        ],
        alternatives: ["strip_prefix", "replace_prefix", "prefix"])

    /// Keys of a route that do not go together.
    static func checkRoute(
        _ route: RouteConfiguration, _ node: Node, _ review: inout Review
    ) {
        for (key, values) in [
            ("host", route.match.hosts.count), ("path", route.match.paths.count),
            ("method", route.match.methods.count),
        ] where values > Limits.routePatterns {
            review.error(
                "more than \(Limits.routePatterns) values of '\(key)'\(review.inPlace)",
                at: node.entry(key)?.key ?? node, suggestion: "make another route for the others")
        }
        let action = ["redirect", "respond"].first { node.entry($0) != nil }
        if let action, node.entry("upstream") == nil {
            for key in ["rewrite", "request_headers", "response_headers", "timeouts"] {
                guard let entry = node.entry(key) else { continue }
                review.error(
                    "'\(key)' is for routes with 'upstream', not with '\(action)'\(review.inPlace)",
                    at: entry.key, suggestion: "remove it")
            }
            return
        }
        guard review.isUnderstood, let rewrite = route.rewrite,
            let entry = node["rewrite"]?.entry(rewrite.key)
        else { return }
        checkRewrite(rewrite, of: route, node, entry, &review)
    }

    private static func checkRewrite(
        _ rewrite: PathRewrite, of route: RouteConfiguration, _ node: Node, _ entry: Node.Entry,
        _ review: inout Review
    ) {
        let paths = route.match.paths
        switch rewrite {
        case .addPrefix(let prefix), .stripPrefix(let prefix):
            if prefix == "/" {
                review.error(
                    "'/' is before every path, so '\(rewrite.key)' changes nothing\(review.inPlace)",
                    at: entry.value, suggestion: "remove it")
                return
            }
            if case .addPrefix = rewrite { return }
            guard !paths.isEmpty else {
                review.error(
                    "'strip_prefix' needs a 'path' that begins with it\(review.inPlace)",
                    at: entry.key, suggestion: "add path: \(Visible.text(prefix))")
                return
            }
            guard let other = paths.first(where: { !PathText.covers(prefix, $0.path) }) else {
                return
            }
            review.error(
                "the path \(Visible.quoted(other.path)) does not begin with the prefix "
                    + "\(Visible.quoted(prefix))\(review.inPlace)",
                at: entry.value,
                suggestion: "strip what every 'path' begins with, or make two routes")
        case .replacePrefix(let prefix):
            if paths.isEmpty {
                review.error(
                    "'replace_prefix' needs a 'path', whose prefix it replaces\(review.inPlace)",
                    at: entry.key, suggestion: "to add to every path, write prefix: \(prefix)")
            }
            for path in paths {
                guard case .exact(let text) = path else { continue }
                review.error(
                    "'replace_prefix' needs prefixes, and the path \(Visible.quoted(text)) is "
                        + "exact\(review.inPlace)",
                    at: entry.key, suggestion: "write path: \(Visible.text(text)) for a prefix")
                return
            }
        }
    }

    private static func checkRespond(
        _ respond: RespondConfiguration, _ node: Node, _ review: inout Review
    ) {
        if node.entry("body") != nil, let entry = node.entry("file") {
            review.error(
                "'body' and 'file' exclude each other\(review.inPlace)", at: entry.key,
                suggestion: "keep one of them")
        }
        // RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
        guard review.isUnderstood, [204, 205, 304].contains(respond.status) else { return }
        for key in ["body", "file", "content_type"] {
            guard let entry = node.entry(key) else { continue }
            review.error(
                "a response with status \(respond.status) has no body\(review.inPlace)",
                at: entry.key, suggestion: "remove it, or write status: 200")
        }
    }
}

extension PathRewrite {
    /// The key that makes it.
    fileprivate var key: String {
        switch self {
        case .stripPrefix: "strip_prefix"
        case .replacePrefix: "replace_prefix"
        case .addPrefix: "prefix"
        }
    }

    fileprivate var stripPrefix: String? {
        get { if case .stripPrefix(let path) = self { path } else { nil } }
        set { if let newValue { self = .stripPrefix(newValue) } }
    }

    fileprivate var replacePrefix: String? {
        get { if case .replacePrefix(let path) = self { path } else { nil } }
        set { if let newValue { self = .replacePrefix(newValue) } }
    }

    fileprivate var addPrefix: String? {
        get { if case .addPrefix(let path) = self { path } else { nil } }
        set { if let newValue { self = .addPrefix(newValue) } }
    }
}
