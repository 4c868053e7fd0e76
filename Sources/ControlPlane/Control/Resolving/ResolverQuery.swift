// What a name server can be asked for.

/// A question to the resolver. Names are in lower case.
enum ResolverQuery: Hashable, Sendable {
    /// The addresses of a host as programs of this machine see it: /etc/hosts, search domains, A and
    /// AAAA records.
    case host(String)
    /// The A records of a name, which is taken as it is.
    case a(String)
    /// The AAAA records of a name, which is taken as it is.
    case aaaa(String)
    /// The SRV records of a name (RFC 2782), which is taken as it is.
    case srv(String)

    /// The name asked for.
    var name: String {
        switch self {
        case .host(let name), .a(let name), .aaaa(let name), .srv(let name): name
        }
    }

    /// The type of records asked for, nil for a host, which may be found by several.
    var recordType: DNSAnswer.RecordType? {
        switch self {
        case .host: nil
        case .a: .a
        case .aaaa: .aaaa
        case .srv: .srv
        }
    }
}
