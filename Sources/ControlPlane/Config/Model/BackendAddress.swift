// Where a backend is: a literal address, or a name that somebody else resolves later.

/// The address of a backend.
public enum BackendAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 address as a number, 127.0.0.1 being 0x7f000001, and a port.
    case ipv4(UInt32, port: UInt16)
    /// An IPv6 address and a port.
    case ipv6(IPv6Address, port: UInt16)
    /// The absolute path of a Unix stream socket, at most 107 bytes.
    case unix(path: String)
    /// A host name in lower case, at most 253 bytes, and a port.
    case host(name: String, port: UInt16)

    /// The canonical text, as the file may spell it.
    public var description: String {
        switch self {
        case .ipv4(let host, let port): "\(AddressText.dotted(host)):\(port)"
        case .ipv6(let host, let port): "[\(host)]:\(port)"
        case .unix(let path): "unix:\(path)"
        case .host(let name, let port): "\(name):\(port)"
        }
    }

    /// The port, nil for a Unix socket.
    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, let port), .host(_, let port): port
        case .unix: nil
        }
    }
}
