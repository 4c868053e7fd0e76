// Every limit on what a configuration file may be, with its reason, in one place.

/// Bounds on the text of a file. A file beyond one is refused with one error; none is near what an
/// honest file needs.
enum Limits {
    /// Bytes of a file. 10,000 backends written at length take about 1 MiB, and what is read here
    /// is held in memory a few times over.
    static let fileBytes = 4 << 20
    /// Collections inside each other. The deepest key is seven deep; recursion stops long before
    /// the stack does.
    static let depth = 32
    /// Scalars and collections. 10,000 backends written at length take 70,000, and each node takes
    /// about 100 bytes.
    static let nodes = 500_000
    /// Bytes of a list of backends in a file of its own. A list of `backendListEntries` written at
    /// length, with a name and a weight each, takes about 8 MiB.
    static let backendListBytes = 10 << 20
    /// Backends of such a list: ten times what any upstream is known to have.
    static let backendListEntries = 100_000
    /// Scalars and collections of such a list: each backend a mapping of all its six keys.
    static let backendListNodes = 13 * backendListEntries + 1
    /// Bytes that a probe sends or waits for. A probe is a question of one line, and each backend
    /// that is probed holds what was read so far.
    static let probeBytes = 4096
    /// Bytes of the path of an HTTP probe.
    static let requestPathBytes = 2048
    /// Bytes of a page in a file of its own: a large one, with its images in it. Each is held in
    /// memory.
    static let pageBytes = 1 << 20
    /// Bytes of a body that stands in the configuration; more is better kept in a file.
    static let bodyBytes = 64 << 10
    /// Bytes of a header field's value, of a redirection's target and of a line of an access log as
    /// the file writes them. A whole head has 16 KiB.
    static let templateBytes = 4096
    /// Bytes of a field's or a cookie's name.
    static let fieldNameBytes = 128
    /// Bytes of what a route compares a field with.
    static let patternBytes = 1024
    /// Routes of a listener: a few for each of a thousand hosts.
    static let routes = 10_000
    /// Pairs of a host and a path that are compared to find routes that match alike: five times what
    /// `routes` of one pair have. Comparing them takes about 100 ms.
    static let routePairs = 50_000
    /// Hosts, paths or methods of a route.
    static let routePatterns = 1000
    /// Certificates of a listener that are named one by one: more are better kept in a folder.
    static let certificates = 1000
    /// Bytes of a list of ciphers, suites or groups: OpenSSL knows about 200 names.
    static let cipherListBytes = 4096
    /// Protocols of ALPN in a list: there are about 40. All of them have to fit a ClientHello.
    static let applicationProtocols = 64
    /// Bytes of such a protocol (RFC 7301, section 3.1).
    static let applicationProtocolBytes = 255
    /// Bytes of an affinity's secret: more make no signature better.
    static let secretBytes = 256
    /// Bytes of a cookie's path: browsers pass over longer ones (RFC 6265bis, section 5.7).
    static let cookiePathBytes = 1024
    /// Name servers; the system's own resolver takes three (resolv.conf(5)).
    static let resolverServers = 8
    /// Problems reported of one file. More are of no use to a reader, and a hostile file could
    /// otherwise make the report many times its own size.
    static let diagnostics = 100
    /// Characters of a source line kept around a problem, on either side.
    static let excerpt = 160
    /// Characters of the file's own words quoted in a message.
    static let quotation = 48
    /// Bytes of a Unix socket's path: `sun_path` holds 108 with the NUL that ends it (unix(7)).
    static let socketPathBytes = 107
    /// Bytes of an address with its port. A host name has at most 253 (RFC 1035, section 2.3.4).
    static let addressBytes = 280
    /// Addresses that all listeners are bound to: what the tables of a worker have room for.
    static let boundAddresses = 1024
    /// Bytes of a duration; nobody writes one that needs more, and an error quotes it.
    static let durationBytes = 40
    /// Names compared in one file to find which existing one was meant. A file of 10,000 upstreams
    /// gets suggestions for its first twenty mistakes, in well under a second.
    static let comparisons = 200_000
    /// Characters of a name: names are labels of metrics and fields of log lines.
    static let nameCharacters = 64
}
