// Whether upstreams have what their listeners' protocols can use, and whether cookies of one
// listener stay apart.

extension Agreement {
    /// Keys of upstreams that not every one of their listeners can use.
    static func checkProtocols(
        _ configuration: Configuration, _ root: Node, _ review: inout Review
    ) {
        var tcpListeners: [String: String] = [:]
        var httpUpstreams: Set<String> = []
        for listener in configuration.listeners {
            switch listener.protocol {
            case .tcp:
                for name in listener.upstreams where tcpListeners[name] == nil {
                    tcpListeners[name] = listener.name
                }
            case .http: httpUpstreams.formUnion(listener.upstreams)
            }
        }
        guard !tcpListeners.isEmpty else { return }
        let nodes = Self.upstreamNodes(root)
        for upstream in configuration.upstreams {
            guard let listener = tcpListeners[upstream.name], let node = nodes[upstream.name] else {
                continue
            }
            let speaks = "and listener '\(listener)' speaks tcp"
            if upstream.affinity != nil, let entry = node.entry("affinity") {
                review.error(
                    "upstream '\(upstream.name)' has 'affinity', \(speaks)", at: entry.key,
                    suggestion: "remove it: only requests carry cookies")
            }
            if upstream.balance.key.needsRequest, let entry = node["balance"]?.entry("key") {
                review.error(
                    "upstream '\(upstream.name)' hashes '\(upstream.balance.key)' of requests, "
                        + speaks,
                    at: entry.value, suggestion: "write key: source-ip")
            }
            if !httpUpstreams.contains(upstream.name), !review.hasErrors,
                let entry = node.entry("http")
            {
                review.warning(
                    "'http' changes nothing: no listener of upstream '\(upstream.name)' speaks http",
                    at: entry.key, suggestion: "remove it")
            }
        }
    }

    /// One upstream a cookie. A client would send that of one to the other, which does not know it
    /// and sets its own, and so on with every request.
    static func checkCookies(
        _ configuration: Configuration, _ root: Node, _ review: inout Review
    ) {
        let bound = configuration.upstreams.filter { $0.affinity != nil }
        guard bound.count > 1 else { return }
        let affinities = Dictionary(
            bound.compactMap { upstream in upstream.affinity.map { (upstream.name, $0) } }
        ) { first, _ in first }
        let nodes = Self.upstreamNodes(root)
        var reported: Set<String> = []
        var comparisons = 0
        for listener in configuration.listeners where listener.protocol == .http {
            var owners: [String: [(name: String, path: String)]] = [:]
            for name in listener.upstreams {
                guard let affinity = affinities[name] else { continue }
                let others = owners[affinity.cookie] ?? []
                comparisons += others.count
                guard comparisons < Limits.comparisons else { return }
                owners[affinity.cookie, default: []].append((name, affinity.path))
                let other = others.first { covers($0.path, affinity.path) }
                guard let other, reported.insert(name).inserted, let node = nodes[name] else {
                    continue
                }
                let entry = node.entry("affinity")
                review.error(
                    "upstreams '\(other.name)' and '\(name)' of listener '\(listener.name)' have "
                        + "the same cookie '\(affinity.cookie)'",
                    at: entry?.value.entry("cookie")?.value ?? entry?.key ?? node,
                    suggestion: "write cookie: \(affinity.cookie)-\(name)")
            }
        }
    }

    /// True when a browser sends cookies of both paths with some request.
    private static func covers(_ left: String, _ right: String) -> Bool {
        let paths = [left, right].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        return paths[0] == paths[1] || paths[0].hasPrefix(paths[1] + "/")
            || paths[1].hasPrefix(paths[0] + "/")
    }

    /// The values of `upstreams` by name; the last one should a name be there twice.
    static func upstreamNodes(_ root: Node) -> [String: Node] {
        guard case .mapping(let entries)? = root["upstreams"]?.content else { return [:] }
        return Dictionary(entries.map { ($0.key.text ?? "", $0.value) }) { _, last in last }
    }
}
