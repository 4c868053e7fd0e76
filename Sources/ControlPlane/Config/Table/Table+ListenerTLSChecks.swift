// Keys of a listener's TLS that do not go together.

extension Table {
    /// Within `tls`.
    static func checkListenerTLS(
        _ tls: ListenerTLSConfiguration, _ node: Node, _ review: inout Review
    ) {
        if node.entry("certificates") == nil, node.entry("directory") == nil {
            review.error(
                "\(review.place ?? "'tls'") lacks one of the keys certificates, directory",
                at: review.placeNode ?? node,
                suggestion: "add certificates: [{ cert: site.pem, key: site.key }]")
        }
        if let elements = node["certificates"]?.elements, elements.count > Limits.certificates {
            review.error(
                "more than \(Limits.certificates) certificates\(review.inPlace)",
                at: elements[Limits.certificates], suggestion: "put them in a 'directory'")
        }
        guard review.isUnderstood else { return }
        checkVersions(tls, node, &review)
        guard tls.earlyData, let entry = node.entry("early_data") else { return }
        review.error(
            "'early_data' is not served yet\(review.inPlace)", at: entry.key,
            suggestion: "remove it: resumed sessions begin with one round trip")
    }

    /// Versions, and ciphers that none of them has.
    private static func checkVersions(
        _ tls: ListenerTLSConfiguration, _ node: Node, _ review: inout Review
    ) {
        if tls.preset == .modern {
            let written = ["min_version": tls.minVersion, "max_version": tls.maxVersion]
            for key in ["min_version", "max_version"] where written[key] == .tls12 {
                guard let entry = node.entry(key) else { continue }
                review.error(
                    "'\(key)' is 1.2, and 'preset: modern' is TLS 1.3 alone\(review.inPlace)",
                    at: entry.value, suggestion: "remove it, or write preset: intermediate")
            }
        } else if let lower = tls.minVersion, let upper = tls.maxVersion, lower > upper,
            let entry = node.entry("max_version")
        {
            review.error(
                "'max_version' of \(upper.rawValue) is older than 'min_version' of "
                    + "\(lower.rawValue)\(review.inPlace)",
                at: entry.value, suggestion: "write max_version: \(lower.rawValue), or remove it")
            return
        }
        if tls.versions.lowerBound == .tls13, let entry = node.entry("ciphers") {
            let reason =
                tls.preset == .modern ? "'preset: modern' is TLS 1.3 alone" : "'min_version' is 1.3"
            review.error(
                "'ciphers' are of TLS 1.2, and \(reason)\(review.inPlace)", at: entry.key,
                suggestion: "remove it; those of TLS 1.3 are 'ciphersuites'")
        }
        if tls.versions.upperBound == .tls12, tls.preset != .modern,
            let entry = node.entry("ciphersuites")
        {
            review.error(
                "'ciphersuites' are of TLS 1.3, and 'max_version' is 1.2\(review.inPlace)",
                at: entry.key, suggestion: "remove it; those of TLS 1.2 are 'ciphers'")
        }
    }

    static func checkTickets(
        _ tickets: TicketConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard node.entry("file") != nil, let entry = node.entry("rotate") else { return }
        review.error(
            "'file' and 'rotate' exclude each other\(review.inPlace)", at: entry.key,
            suggestion: "keep 'file'; who writes it renews the keys")
    }

    /// What a listener has or lacks by its TLS.
    static func checkTLS(
        _ listener: ListenerConfiguration, _ node: Node, _ review: inout Review
    ) {
        let owner = review.place ?? "the listener"
        let tls = node.entry("tls")
        if tls == nil {
            if listener.http.hsts != nil, listener.protocol == .http,
                let entry = node["http"]?.entry("hsts")
            {
                review.error(
                    "'hsts' is for listeners with 'tls', and \(owner) has none", at: entry.key,
                    suggestion: "remove it: browsers pass over it without TLS (RFC 6797)")
            }
            if !review.routesByHello, listener.protocol == .tcp,
                let entry = node.entry("hello_timeout")
            {
                review.warning(
                    "'hello_timeout' changes nothing: no route of \(owner) looks at a ClientHello",
                    at: entry.key, suggestion: "remove it")
            }
            return
        }
        guard let tls else { return }
        // With a protocol that was not understood there is nothing to compare.
        if let text = node["protocol"]?.text, text != listener.protocol.rawValue { return }
        switch listener.protocol {
        case .tcp:
            if review.routesByHello, let entry = node.entry("routes") {
                review.error(
                    "'routes' by sni or alpn is for TLS that is passed on, and 'tls' of \(owner) "
                        + "ends it",
                    at: entry.key,
                    suggestion: "remove one of them, or write protocol: http and routes by host")
            }
            if let entry = node.entry("hello_timeout"), !review.routesByHello {
                review.error(
                    "'hello_timeout' is for TLS that is passed on, and 'tls' of \(owner) ends it",
                    at: entry.key, suggestion: "write tls: { handshake_timeout: ... }")
            }
        case .http: checkRequestProtocols(listener, tls.value["alpn"]?.elements ?? [], &review)
        }
    }

    /// Nothing is agreed upon that an HTTP listener does not speak. `nodes` are the elements of
    /// `alpn`.
    private static func checkRequestProtocols(
        _ listener: ListenerConfiguration, _ nodes: [Node], _ review: inout Review
    ) {
        for node in nodes {
            guard let text = node.text, listener.tls?.alpn?.contains(text) == true,
                !["http/1.1", "http/1.0"].contains(text)
            else { continue }
            let owner = review.place ?? "the listener"
            review.error(
                text == "h2"
                    ? "HTTP/2 is not served yet, so \(owner) cannot offer 'h2'"
                    : "\(owner) speaks http, and \(Visible.quoted(text)) is something else",
                at: node, suggestion: "write alpn: [http/1.1], or leave it out")
        }
    }
}
