// What `balance.key` may say.

/// What a hashing algorithm hashes.
public enum HashKey: Sendable, Hashable, CustomStringConvertible {
    /// The downstream's address.
    case sourceIP
    /// The downstream's address and port.
    case sourceIPPort
    /// The name of the listener.
    case listener
    /// The name that the client asks for in its ClientHello.
    case serverName
    /// The request's host without a port.
    case host
    /// The request's path without the query.
    case path
    /// The value of a request's field; the name is in lower case.
    case header(String)
    /// The value of a request's cookie.
    case cookie(String)
    /// The value of a parameter of a request's query, as it is in the URL.
    case query(String)

    /// True for what only a request has.
    public var needsRequest: Bool {
        switch self {
        case .sourceIP, .sourceIPPort, .listener, .serverName: false
        case .host, .path, .header, .cookie, .query: true
        }
    }

    /// As the file spells it.
    public var description: String {
        switch self {
        case .sourceIP: "source-ip"
        case .sourceIPPort: "source-ip-port"
        case .listener: "listener"
        case .serverName: "sni"
        case .host: "host"
        case .path: "path"
        case .header(let name): "header:\(name)"
        case .cookie(let name): "cookie:\(name)"
        case .query(let name): "query:\(name)"
        }
    }
}
