// The memory behind an upstream's plan. Snapshots share it for as long as the upstream's
// configuration and addresses stay the same.

internal import Balancing
internal import Config
internal import Linux
internal import Proxy
internal import Synchronization

/// A built balancer, shared by plans that differ in addresses only.
final class SharedBalancer {
    let balancer: Balancer

    init(_ configuration: UpstreamConfiguration) {
        balancer = Balancer.build(
            policy: BalancingPolicy(configuration.balance),
            candidates: configuration.backends.map {
                BalancingCandidate(identity: $0.identity, weight: $0.weight)
            })
    }

    deinit { balancer.deallocate() }
}

/// Owns an upstream's plan and what it points to.
@safe final class UpstreamStorage {
    let configuration: UpstreamConfiguration
    let record: UpstreamRecord
    /// In the order of the configuration, as in the plan.
    let backends: [BackendRecord]
    let addresses: [SocketAddress]
    let shared: SharedBalancer
    let plan: UnsafeMutablePointer<UpstreamPlan>
    private let backendPlans: UnsafeMutablePointer<BackendPlan>

    /// Builds a plan. `addresses` are those of the backends, of no family where a name is not
    /// resolved.
    init(
        _ configuration: UpstreamConfiguration, addresses: [SocketAddress],
        registry: StateRegistry, sharing previous: UpstreamStorage?
    ) {
        self.configuration = configuration
        self.addresses = addresses
        let record = registry.upstream(configuration.name)
        self.record = record
        let backends = configuration.backends.map { registry.backend($0.identity, of: record) }
        self.backends = backends
        if let previous, previous.configuration.balance == configuration.balance,
            previous.configuration.backends == configuration.backends
        {
            shared = previous.shared
        } else {
            shared = SharedBalancer(configuration)
        }
        unsafe backendPlans = .allocate(capacity: max(1, backends.count))
        for (index, backend) in backends.enumerated() {
            unsafe (backendPlans + index).initialize(
                to: BackendPlan(address: addresses[index], state: backend.state))
            unsafe backend.state.pointee.endsAtMs.store(0, ordering: .relaxed)
        }
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: UpstreamPlan(
                balancer: shared.balancer, key: UpstreamPlan.Key(configuration.balance),
                backends: backendPlans, backendCount: Int32(backends.count),
                connectTimeoutMs: max(1, configuration.connect.timeout.milliseconds),
                attempts: min(configuration.connect.retries + 1, ProxyLimits.attemptsMax),
                drainTimeoutMs: configuration.drainTimeout.milliseconds,
                source: SocketAddress(configuration.connect.source),
                options: SocketOptions(configuration.tcp), state: record.state))
    }

    deinit {
        unsafe plan.deallocate()
        unsafe backendPlans.deallocate()
    }
}

extension BalancingPolicy {
    /// The policy that a configuration asks for.
    init(_ configuration: BalanceConfiguration) {
        self.init(algorithm: BalancingAlgorithm(configuration.algorithm))
        tableSize = configuration.tableSize
        boundedLoad = configuration.boundedLoad
    }
}

extension BalancingAlgorithm {
    /// The algorithm of a word of the configuration.
    init(_ word: BalanceAlgorithm) {
        switch word {
        case .randomTwo: self = .randomTwo
        case .leastConnections: self = .leastConnections
        case .roundRobin: self = .roundRobin
        case .random: self = .random
        case .maglev: self = .maglev
        case .ring: self = .ring
        }
    }
}

extension UpstreamPlan.Key {
    /// What a configuration's balancer hashes. One that hashes nothing gets the key that costs
    /// nothing: nobody asks the kernel for the client's address then.
    init(_ configuration: BalanceConfiguration) {
        guard configuration.algorithm.hashes else {
            self = .listener
            return
        }
        switch configuration.key {
        case .sourceIP: self = .sourceAddress
        case .sourceIPPort: self = .sourceAddressAndPort
        case .listener: self = .listener
        }
    }
}
