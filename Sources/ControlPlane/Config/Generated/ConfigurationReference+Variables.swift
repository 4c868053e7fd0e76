// What variables there are in values, and where: a part of the reference page.

extension ConfigurationReference {
    /// The section on variables, grouped by where they are known first.
    static var variables: [String] {
        var lines = [
            "", "## Variables", "",
            "Values of header fields, targets of redirections and lines of access logs may have",
            "variables in braces: `\"{client_ip}:{client_port}\"`. `{{` and `}}` are braces. One that",
            "has no value is nothing, and `-` in a log. YAML wants text that begins with a brace in",
            "quotes.",
        ]
        for (stage, place) in places {
            lines += ["", "\(place):", ""]
            lines += TemplateVariable.Word.allCases.filter { $0.stage == stage }
                .map { "- `{\($0.rawValue)}`: \($0.meaning)" }
            lines += named.filter { $0.stage == stage }.map { "- `{\($0.name)}`: \($0.meaning)" }
        }
        return lines
    }

    private static let places: [(stage: TemplateStage, words: String)] = [
        (.routed, "Everywhere"),
        (.requested, "In `request_headers`, `response_headers` and logs"),
        (.responded, "In `response_headers` and logs"),
        (.ended, "In logs"),
    ]

    private static let named: [(stage: TemplateStage, name: String, meaning: String)] = [
        (.routed, "header:NAME", "a field of the request, the first of its name"),
        (.routed, "cookie:NAME", "a cookie of the request"),
        (.responded, "response_header:NAME", "a field of the response, the first of its name"),
    ]
}

extension TemplateVariable.Word {
    /// What it stands for, in words.
    fileprivate var meaning: String {
        switch self {
        case .clientIP: "the client's address; behind a trusted proxy, that of its client"
        case .clientPort: "the client's port; nothing behind a proxy that does not tell"
        case .peerIP: "the address of whoever opened the connection"
        case .serverIP: "the address that the connection came to"
        case .serverPort: "the port that the connection came to"
        case .listener: "the name of the listener"
        case .route: "the route's name, or else its number"
        case .host: "the request's host in lower case, without a port"
        case .method: "the request's method"
        case .path: "the request's path as it came, without the query"
        case .query: "the request's query with its question mark"
        case .scheme: "`http` or `https`"
        case .protocol: "`HTTP/1.1` or `HTTP/1.0`"
        case .requestID: "what identifies the request"
        case .tlsVersion: "`TLSv1.3` or `TLSv1.2`; like all of TLS nothing without it"
        case .tlsCipher: "the cipher of TLS, by its name in OpenSSL"
        case .tlsServerName: "the name that the client asked for in its ClientHello"
        case .tlsALPN: "the protocol that was agreed upon by ALPN"
        case .clientCertVerify:
            "`ok`, `none`, or why the client's certificate does not verify"
        case .clientCertSubject:
            "the subject (RFC 4514) of the client's certificate, if that verifies"
        case .clientCertSANs: "its alternative names: `DNS:a.example,IP:10.0.0.1`"
        case .clientCertFingerprint: "its SHA-256 in lower-case hexadecimal"
        case .upstream: "the name of the upstream"
        case .backend: "the backend's name, or else its address"
        case .status: "the response's status"
        case .time: "when the request came: `2026-01-31T23:59:59.123Z`"
        case .timeCommon: "the same in the way of web servers: `31/Jan/2026:23:59:59 +0000`"
        case .durationMs: "from the request's first byte to the response's last, in milliseconds"
        case .queueMs: "the time in the queue of the upstream, in milliseconds"
        case .connectMs: "the time that connecting took, in milliseconds"
        case .firstByteMs:
            "from the request's end to the response's first byte, in milliseconds"
        case .requestBytes: "bytes of the request, head and body"
        case .responseBytes: "bytes of the response, head and body"
        case .bodyBytes: "bytes of the response's body as it was sent"
        case .attempts: "backends that were tried"
        case .exchange: "the exchange's number, which no other of the process has"
        case .reason: "why the exchange ended"
        }
    }
}
