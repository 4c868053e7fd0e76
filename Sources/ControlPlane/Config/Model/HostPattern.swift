// Which hosts a route takes.

/// A host, or all hosts below one. Letters are in lower case; there is no port.
public enum HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// This one: a name, an IPv4 address, or an IPv6 address in canonical form and in brackets.
    case exact(String)
    /// Every name that ends in this one with a label or more before it, `example.com` being
    /// `*.example.com` of the file; never the name itself.
    case below(String)

    /// As the file may spell it.
    public var description: String {
        switch self {
        case .exact(let name): name
        case .below(let name): "*.\(name)"
        }
    }
}
