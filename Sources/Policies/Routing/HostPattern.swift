// One host that a route is for, as the file names it.

/// The hosts of a route: one name, or all names below one. Letters compare without case (RFC 9110,
/// section 4.2.3), a trailing dot (RFC 1034, section 3.1) counts for nothing, and there is no port.
public enum HostPattern: Sendable, Hashable {
    /// This name only.
    case exact(String)

    /// Every name with one label or more before this one; not the name itself.
    case below(String)

    /// Reads the file's spelling: `api.example.com` is exact, `*.example.com` all below. Whether it
    /// is a valid name is for the configuration to say.
    public init(_ spelling: String) {
        self = spelling.hasPrefix("*.") ? .below(String(spelling.dropFirst(2))) : .exact(spelling)
    }

    /// The name in the form that tables hold: lower case, without a trailing dot.
    var name: [UInt8] {
        switch self {
        case .exact(let text), .below(let text):
            var name = text.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
            if name.last == UInt8(ascii: ".") { name.removeLast() }
            return name
        }
    }
}
