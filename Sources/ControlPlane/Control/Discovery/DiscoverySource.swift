// Where an upstream's backends are found, when its configuration does not list them.

internal import Config

/// A source of members.
enum DiscoverySource: Equatable, Sendable {
    /// Each record is a backend.
    case dns(DNSSourceConfiguration)
    /// A file that lists them, by its absolute path.
    case file(String)

    /// The source of an upstream, nil when the configuration lists its backends. `directory` is
    /// that of the configuration file, which paths may be relative to.
    init?(_ upstream: UpstreamConfiguration, directory: String) {
        if let source = upstream.dns {
            self = .dns(source)
        } else if let path = upstream.file {
            self = .file(path.hasPrefix("/") ? path : "\(directory)/\(path)")
        } else {
            return nil
        }
    }

    /// What the resolver is asked for, nil of a file.
    var query: ResolverQuery? {
        guard case .dns(let source) = self else { return nil }
        return switch source.type {
        case .a: .a(source.name)
        case .aaaa: .aaaa(source.name)
        case .srv: .srv(source.name)
        }
    }
}
