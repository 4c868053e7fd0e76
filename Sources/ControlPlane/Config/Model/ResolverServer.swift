// Whom the resolver asks.

/// The address of a name server.
public struct ResolverServer: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 or IPv6 address in canonical form, without brackets; never a name.
    public var host: String
    /// For UDP and TCP alike, at least 1.
    public var port: UInt16

    /// A server at a literal address.
    public init(host: String, port: UInt16 = 53) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:5353` or `[2001:db8::1]:53`.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
