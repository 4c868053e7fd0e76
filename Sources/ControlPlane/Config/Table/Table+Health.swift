// Keys of an upstream's probes.

extension Table {
    /// `upstreams.NAME.health`.
    static let health = Section<HealthConfiguration>(
        "health",
        """
        Every backend is probed, once for the whole process. The first probe decides alone; after \
        that it takes `rise` or `fall` results in a row to change what is thought of a backend. \
        One that is down gets no new sessions, and keeps those it has.
        """,
        fresh: HealthConfiguration(),
        keys: [
            Key(
                "tcp", \.tcp, .optional(tcpProbe.kind),
                example: "{ send: \"PING\\r\\n\", expect: \"+PONG\" }",
                "Connects, and with these keys says and expects something; `{}` only connects."),
            Key(
                "http", \.http, .optional(httpProbe.kind), example: "{ path: /healthz }",
                "Asks by HTTP/1.1."),
            Key(
                "tls", \.tls, .boolean, absence: "true where the upstream has `tls`",
                example: "false",
                "Probes by the `tls` of the upstream; `false` probes without it."),
            Key(
                "interval", \.interval, .duration(.milliseconds(100) ... .hours(1)), example: "2s",
                """
                From the start of a probe to the start of the next, give or take a tenth, so that \
                probes do not come in waves.
                """),
            Key(
                "timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(600)), example: "1s",
                "How long a probe may take, from connecting to the end of what it waits for."),
            Key(
                "rise", \.rise, .integer(1...100), example: "3",
                "Successes in a row that bring a backend up."),
            Key(
                "fall", \.fall, .integer(1...100), example: "2",
                "Failures in a row that bring a backend down."),
            Key(
                "port", \.port, .optional(.port), absence: "the backend's own", example: "9000",
                "The port that is probed instead."),
        ],
        alternatives: ["tcp", "http"], check: checkHealth)

    /// `upstreams.NAME.health.tcp`.
    private static let tcpProbe = Section<TCPProbe>(
        "tcp_probe",
        """
        The probe succeeds when the expected bytes are somewhere in the first 16 KiB that come \
        back, or, with nothing to expect, when the connection opens. With nothing to send it waits \
        for a greeting.
        """,
        fresh: TCPProbe(),
        keys: [
            Key(
                "send", \.send, .asciiText, absence: "nothing is sent",
                example: "\"PING\\r\\n\"",
                """
                What is sent, in ASCII. The escapes `\\r`, `\\n`, `\\t` and `\\0` are YAML's, \
                which knows them in double quotes only.
                """),
            Key(
                "send_hex", \.send, .hexadecimal, absence: "nothing is sent",
                example: "\"0a0b\"", "The same in hexadecimal, for any bytes; not beside `send`."),
            Key(
                "expect", \.expect, .asciiText, absence: "nothing is waited for",
                example: "\"+PONG\"", "What has to come back, in ASCII, as for `send`."),
            Key(
                "expect_hex", \.expect, .hexadecimal, absence: "nothing is waited for",
                example: "\"00\"", "The same in hexadecimal; not beside `expect`."),
        ],
        check: checkTCPProbe)

    /// `upstreams.NAME.health.http`.
    private static let httpProbe = Section<HTTPProbeConfiguration>(
        "http_probe",
        """
        The probe sends one request on a connection of its own. It succeeds with an expected \
        status and, if one is given, with the text in the body.
        """,
        fresh: HTTPProbeConfiguration(),
        keys: [
            Key(
                "method", \.method, .requestMethod, example: "HEAD", "The method of the request."),
            Key(
                "path", \.path, .requestPath, example: "/healthz",
                "The path, with a query if there is one."),
            Key(
                "host", \.host, .optional(.hostField), absence: "the backend's address",
                example: "a.example", "The `Host` field of the request."),
            Key(
                "expect", \.statuses,
                Kind.statuses.list(
                    of: "status", identity: { Kind.statuses.spell($0) ?? "" },
                    allowsOne: true),
                example: "[200-299, 304]", "Statuses that are a success, and ranges of them."),
            Key(
                "body", \.body, .optional(.someText), absence: "any body", example: "\"ok\"",
                "Text that has to be somewhere in the first 64 KiB of the body."),
        ],
        check: checkHTTPProbe)

    private static func checkHealth(
        _ health: HealthConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, health.timeout > health.interval,
            let entry = node.entry("timeout") ?? node.entry("interval")
        else { return }
        let interval = DurationText.spelling(health.interval)
        review.warning(
            "the timeout of \(DurationText.spelling(health.timeout)) is longer than the interval "
                + "of \(interval)\(review.inPlace)",
            at: entry.value, suggestion: "write timeout: \(interval) or less")
    }

    private static func checkTCPProbe(_ probe: TCPProbe, _ node: Node, _ review: inout Review) {
        for name in ["send", "expect"] {
            guard node.entry(name) != nil, let entry = node.entry(name + "_hex") else { continue }
            review.error(
                "'\(name)' and '\(name)_hex' exclude each other\(review.inPlace)", at: entry.key,
                suggestion: "keep one of them")
        }
    }

    private static func checkHTTPProbe(
        _ probe: HTTPProbeConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, probe.method == "HEAD", let entry = node.entry("body") else {
            return
        }
        review.error(
            "'body' can never be found: a response to HEAD has none",
            at: entry.key, suggestion: "remove it, or write method: GET")
    }
}

/// The keys of `health.tcp`; text and hexadecimal fill the same fields.
private struct TCPProbe: Sendable {
    var send: [UInt8] = []
    var expect: [UInt8] = []
}

extension HealthConfiguration {
    /// The probe, when it is one over TCP.
    fileprivate var tcp: TCPProbe? {
        get {
            guard case .tcp(let send, let expect) = probe else { return nil }
            return TCPProbe(send: send, expect: expect)
        }
        set {
            if let newValue { probe = .tcp(send: newValue.send, expect: newValue.expect) }
        }
    }

    /// The probe, when it is one by HTTP.
    fileprivate var http: HTTPProbeConfiguration? {
        get { if case .http(let http) = probe { http } else { nil } }
        set { if let newValue { probe = .http(newValue) } }
    }
}
