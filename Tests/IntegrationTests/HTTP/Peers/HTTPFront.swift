// The program with one listener that speaks HTTP.

import Support
import Testing

extension SluiceProcess {
    /// A process with one HTTP listener in front of backends that no failure takes out. The texts
    /// go into the listener's `http`, the listener and the upstream.
    convenience init(
        httpTo backends: [UInt16], http: String = "", listener: String = "",
        upstream: String = "", workers: Int = 1, top: String = ""
    ) {
        self.init(
            Self.http(
                to: backends, http: http, listener: listener, upstream: upstream,
                workers: workers, top: top))
    }

    /// Such a configuration.
    static func http(
        to backends: [UInt16], http: String = "", listener: String = "", upstream: String = "",
        workers: Int = 1, top: String = ""
    ) -> String {
        let addresses = backends.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        return """
            workers: \(workers)
            \(top)
            listeners:
              front:
                bind: "127.0.0.1:0"
                protocol: http
                upstream: servers
                http: { \(http) }
                \(listener)
            upstreams:
              servers:
                balance: round-robin
                eject: off
                backends: [\(addresses)]
                \(upstream)
            """
    }

    /// The port of that listener.
    func front() throws -> UInt16 { try port(of: "front") }

    /// A client of that listener.
    func client() throws -> HTTPPeer {
        try #require(HTTPPeer(port: try front()), "nobody listens")
    }
}
