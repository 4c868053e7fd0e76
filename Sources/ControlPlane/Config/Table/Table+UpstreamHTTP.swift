// Keys of an upstream that only HTTP has a use for.

extension Table {
    /// `upstreams.NAME.http`.
    static let upstreamHTTP = Section<UpstreamHTTPConfiguration>(
        "upstream_http", "HTTP/1.1 on the side of the backends.",
        fresh: UpstreamHTTPConfiguration(),
        keys: [
            Key(
                "timeouts", \.timeouts, upstreamTimeouts.kind, example: "{ first_byte: 5s }",
                "How long the parts of an exchange may take."),
            Key(
                "retry", \.retry, httpRetry.kind, example: "{ statuses: [502, 503] }",
                "What makes a request be asked again, beside backends that cannot be reached."),
            Key(
                "keep_alive", \.keepAlive, .orOff(keepAlive.kind),
                absence: "the defaults of its keys", example: "{ max_idle: 16 }",
                "Connections kept open between exchanges; `off` closes each after one."),
        ])

    /// `upstreams.NAME.http.timeouts`.
    private static let upstreamTimeouts = Section<UpstreamHTTPTimeouts>(
        "upstream_timeouts", "How long the parts of an exchange may take.",
        fresh: UpstreamHTTPTimeouts(),
        keys: [
            Key(
                "first_byte", \.firstByte, .duration(.milliseconds(10) ... .hours(24)),
                example: "5s", "From the end of a request to the head of its response."),
            Key(
                "idle", \.idle, .duration(.milliseconds(10) ... .hours(24)), example: "10s",
                "Without a byte of a response's body."),
        ])

    /// `upstreams.NAME.http.retry`.
    private static let httpRetry = Section<HTTPRetryConfiguration>(
        "http_retry",
        """
        Only requests whose repetition changes nothing are repeated (RFC 9110, section 9.2.2), on \
        another backend, while nothing of a response has gone to the client, `connect.retries` \
        times at most and within its `retry_budget`.
        """,
        fresh: HTTPRetryConfiguration(),
        keys: [
            Key(
                "statuses", \.statuses,
                Kind<Int>.integer(400...599)
                    .list(of: "status", identity: { $0 }, allowsOne: true),
                absence: "none", example: "[502, 503]", "Statuses that are worth another try."),
            Key(
                "first_byte_timeout", \.firstByteTimeout, .boolean, example: "true",
                "Tries again when `timeouts.first_byte` has passed."),
        ])

    /// `upstreams.NAME.http.keep_alive`.
    private static let keepAlive = Section<KeepAliveConfiguration>(
        "keep_alive", "A connection that served an exchange waits for the next.",
        fresh: KeepAliveConfiguration(),
        keys: [
            Key(
                "max_idle", \.maxIdle, .integer(1...100_000), example: "16",
                "Connections that may wait, for each backend. The workers share them out."),
            Key(
                "idle", \.idle, .duration(.milliseconds(100) ... .hours(24)), example: "10s",
                """
                Closes one that waited for this long. Best shorter than the backend's own patience, \
                which is believed where it is told (`Keep-Alive: timeout`).
                """),
            Key(
                "max_age", \.maxAge, .duration(.milliseconds(100) ... .days(30)), example: "10m",
                "Gives no further request to one that is older."),
        ],
        check: checkKeepAlive)

    private static func checkKeepAlive(
        _ keepAlive: KeepAliveConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, keepAlive.idle > keepAlive.maxAge,
            let entry = node.entry("idle") ?? node.entry("max_age")
        else { return }
        let age = DurationText.spelling(keepAlive.maxAge)
        review.error(
            "'idle' of \(DurationText.spelling(keepAlive.idle)) is longer than 'max_age' of "
                + "\(age)\(review.inPlace)",
            at: entry.value, suggestion: "write idle: \(age) or less")
    }

    /// Another try where there is none.
    static func checkRetry(
        _ upstream: UpstreamConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, upstream.connect.retries == 0,
            upstream.http.retry != HTTPRetryConfiguration(),
            let entry = node["http"]?.entry("retry")
        else { return }
        review.warning(
            "'retry' changes nothing: there are no retries\(review.inPlace)", at: entry.key,
            suggestion: "remove it, or write connect: { retries: 1 } or more")
    }
}
