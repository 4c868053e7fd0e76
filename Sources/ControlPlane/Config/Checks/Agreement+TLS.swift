// Whether upstreams have what their listeners can tell of TLS.

extension Agreement {
    /// Keys of upstreams that look at a ClientHello or at a request's host, where some listener has
    /// none to show.
    static func checkServerNames(
        _ configuration: Configuration, _ root: Node, _ review: inout Review
    ) {
        var nameless: [String: ListenerConfiguration] = [:]
        var requestless: [String: ListenerConfiguration] = [:]
        var requesting: [String: ListenerConfiguration] = [:]
        for listener in configuration.listeners {
            let tells =
                listener.protocol == .tcp && (listener.tls != nil || !listener.helloRoutes.isEmpty)
            for name in listener.upstreams {
                if !tells, nameless[name] == nil { nameless[name] = listener }
                switch listener.protocol {
                case .tcp: if requestless[name] == nil { requestless[name] = listener }
                case .http: if requesting[name] == nil { requesting[name] = listener }
                }
            }
        }
        let nodes = Self.upstreamNodes(root)
        for upstream in configuration.upstreams {
            guard let node = nodes[upstream.name] else { continue }
            if upstream.balance.key == .serverName, let listener = nameless[upstream.name],
                let entry = node["balance"]?.entry("key")
            {
                let isHTTP = listener.protocol == .http
                review.error(
                    "upstream '\(upstream.name)' hashes 'sni', and listener '\(listener.name)' "
                        + (isHTTP ? "speaks http" : "looks at no ClientHello"),
                    at: entry.value,
                    suggestion: isHTTP
                        ? "write key: host" : "write key: source-ip, or give the listener 'tls'")
            }
            guard let tls = upstream.tls else { continue }
            if tls.serverNameFromHost, let listener = requestless[upstream.name],
                let entry = node["tls"]?.entry("server_name_from_host")
            {
                review.error(
                    "'server_name_from_host' of upstream '\(upstream.name)' is for requests, and "
                        + "listener '\(listener.name)' speaks tcp",
                    at: entry.key, suggestion: "write server_name")
            }
            guard let listener = requesting[upstream.name],
                let other = tls.alpn.first(where: { !["http/1.1", "http/1.0"].contains($0) })
            else { continue }
            let element = node["tls"]?["alpn"]?.elements.first { $0.text == other }
            review.error(
                other == "h2"
                    ? "HTTP/2 to backends is not there yet, so requests of listener "
                        + "'\(listener.name)' cannot offer 'h2'"
                    : "requests of listener '\(listener.name)' are http, and "
                        + "\(Visible.quoted(other)) is something else",
                at: element ?? node, suggestion: "write alpn: [http/1.1], or leave it out")
        }
    }
}
