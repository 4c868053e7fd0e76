// What a probe needs to speak TLS.

internal import TLS

/// TLS of a probe's target. Those that are made of the same and ask for the same name are equal.
struct ProbeTLS: Sendable {
    /// What makes sessions.
    let upstream: UpstreamTLS
    /// The name that is asked for and verified, or an address; may be empty where nothing is verified.
    let name: String

    /// A session over a socket that is connected, or will be; nil when there can be none.
    func session(socket: Int32) -> TLSSession? { upstream.probe(socket: socket, name: name) }

    /// The name in a field Host: without its port, and without the brackets of an IPv6 address.
    static func name(ofHost host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return host.prefix { $0 != ":" }.lowercased()
    }
}

extension ProbeTLS: Hashable {
    static func == (left: ProbeTLS, right: ProbeTLS) -> Bool {
        left.name == right.name
            && (left.upstream === right.upstream
                || left.upstream.material == right.upstream.material)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
