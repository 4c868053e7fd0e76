// What a source says now, as backends. Pure: what becomes of it is for `Discovery` to say.

internal import Config
internal import Linux

/// A look at a source.
struct DiscoveredList {
    /// Ranks that a backend may have; SRV priorities beyond the last one share it.
    static let ranks = 0...7
    /// Weights of members. Those of SRV records go further and keep their proportions within them;
    /// a backend of weight 0 would get nothing.
    static let weights = 1...1000

    /// Sorted by identity, each identity once, never empty; nil when the list is not to be used.
    private(set) var members: [BackendConfiguration]?
    /// What is wrong with the source, or nil.
    private(set) var problem: String?

    /// A list that is not to be used.
    init(problem: String?) { self.problem = problem }

    /// A list; of backends with one identity the first counts.
    init(_ backends: [BackendConfiguration], problem: String? = nil) {
        var seen: Set<String> = []
        members = backends.filter { seen.insert($0.identity).inserted }
            .sorted { $0.identity < $1.identity }
        self.problem = problem
    }

    /// What an answer makes of a source of DNS records; nil when there is nothing to say yet.
    /// `members` are those in use.
    static func ofRecords(
        _ source: DiscoverySource, _ members: [BackendConfiguration]?, _ answers: Resolver.Answers
    ) -> DiscoveredList? {
        guard case .dns(let dns) = source, let answer = source.query.flatMap({ answers[$0] }) else {
            return nil
        }
        let name = dns.name
        let problem = answer.failure.map { "\(name): \($0)" }
        guard answer.answeredAt != nil else { return DiscoveredList(problem: problem) }
        guard !answer.services.isEmpty else {
            guard let port = dns.port else {
                return DiscoveredList(problem: "\(name): there is no port")
            }
            let backends = answer.addresses.compactMap { backendAddress($0, port) }
                .map { backend($0, maxConnections: dns.maxConnections) }
            guard !backends.isEmpty else {
                return DiscoveredList(problem: "\(name): its addresses are no server's")
            }
            return DiscoveredList(backends, problem: problem)
        }
        let targets = answer.services.map { answers[$0.target] }
        // New members are taken when it is known where they are, so that an upstream does not lose
        // all it has while their names are being resolved.
        guard targets.allSatisfy({ $0 != nil }) else { return nil }
        if members != nil, !targets.contains(where: { $0?.addresses.isEmpty == false }) {
            return DiscoveredList(problem: "\(name): none of its targets has an address")
        }
        return DiscoveredList(
            backends(of: answer.services, maxConnections: dns.maxConnections), problem: problem)
    }

    /// The backends of SRV records. Their priorities become ranks in their order, and the weights of
    /// each are as large as they may be where they are too large.
    static func backends(
        of services: [ServiceRecord], maxConnections: Int?
    ) -> [BackendConfiguration] {
        let priorities = Set(services.map(\.priority)).sorted()
        let heaviest = Dictionary(services.map { ($0.priority, Int($0.weight)) }) { max($0, $1) }
        let sorted = services.sorted {
            ($0.priority, $1.weight, $0.target) < ($1.priority, $0.weight, $1.target)
        }
        return sorted.map { service in
            let position = priorities.firstIndex(of: service.priority) ?? 0
            let most = max(heaviest[service.priority] ?? 0, weights.upperBound)
            let weight = (Int(service.weight) * weights.upperBound + most / 2) / most
            return backend(
                .host(name: service.target, port: service.port),
                weight: max(weight, weights.lowerBound),
                rank: min(position, ranks.upperBound), maxConnections: maxConnections)
        }
    }

    /// The address as a file would spell it; nil for the one that stands for all addresses, which
    /// would lead to this machine.
    private static func backendAddress(_ address: SocketAddress, _ port: UInt16) -> BackendAddress?
    {
        guard !address.isOfAll else { return nil }
        if let host = address.ipv4Host { return .ipv4(host, port: port) }
        guard let (high, low) = address.ipv6Host else { return nil }
        let host = IPv6Address(high: high, low: low)
        return host.mappedIPv4.map { .ipv4($0, port: port) } ?? .ipv6(host, port: port)
    }

    private static func backend(
        _ address: BackendAddress, weight: Int = 1, rank: Int = 0, maxConnections: Int?
    ) -> BackendConfiguration {
        var backend = BackendConfiguration(address: address)
        backend.weight = weight
        backend.priority = rank
        backend.maxConnections = maxConnections
        return backend
    }
}
