// The memory behind an upstream's plan. Snapshots share it for as long as the upstream's
// configuration and addresses stay the same.

internal import Balancing
internal import Config
internal import Health
internal import Linux
internal import Proxy
internal import Synchronization

/// Built balancers, one for each priority, shared by plans that differ in addresses only.
@safe final class SharedBalancers {
    let levels: UnsafeMutablePointer<Balancer>
    let levelCount: Int

    init(_ configuration: UpstreamConfiguration, weights: [Int]) {
        let policy = BalancingPolicy(configuration.balance)
        let priorities = Set(configuration.backends.map(\.priority)).sorted()
        levelCount = max(1, priorities.count)
        unsafe levels = .allocate(capacity: levelCount)
        for level in 0..<levelCount {
            // Those of other priorities keep their places and get nothing.
            let candidates = zip(configuration.backends, weights).map { backend, weight in
                BalancingCandidate(
                    identity: backend.identity,
                    weight: backend.priority == priorities[level] ? weight : 0)
            }
            unsafe (levels + level).initialize(
                to: Balancer.build(policy: policy, candidates: candidates))
        }
    }

    deinit {
        for level in 0..<levelCount { unsafe levels[level].deallocate() }
        unsafe levels.deallocate()
    }
}

/// Owns an upstream's plan and what it points to.
@safe final class UpstreamStorage {
    let configuration: UpstreamConfiguration
    let record: UpstreamRecord
    /// In the order of the configuration, as in the plan.
    let backends: [BackendRecord]
    let addresses: [SocketAddress]
    /// Those that the balancers were built from: operators' where they gave one, else the file's.
    let weights: [Int]
    /// Nil once no session may choose by the plan any more.
    private(set) var shared: SharedBalancers?
    let plan: UnsafeMutablePointer<UpstreamPlan>
    /// Exchanges come here.
    let isHTTP: Bool
    /// How TLS is spoken with the backends; nil for bytes as they are.
    let tls: UpstreamTLS?
    /// By the backends' identities; none without TLS or where no session is taken up.
    private let slots: [String: SessionSlots]
    private let memory = PlanMemory()
    private let backendPlans: UnsafeMutablePointer<BackendPlan>

    /// Builds a plan. `addresses` are those of the backends, of no family where a name is not
    /// resolved, and `weights` what the balancer goes by, the file's when nil.
    init(
        _ configuration: UpstreamConfiguration, addresses: [SocketAddress], weights: [Int]? = nil,
        isHTTP: Bool = false, tls: UpstreamTLS? = nil, registry: StateRegistry,
        sharing previous: UpstreamStorage?
    ) {
        self.configuration = configuration
        self.isHTTP = isHTTP
        self.tls = tls
        self.addresses = addresses
        let weights = weights ?? configuration.backends.map(\.weight)
        precondition(weights.count == configuration.backends.count)
        self.weights = weights
        let record = registry.upstream(configuration.name)
        self.record = record
        let backends = configuration.backends.map { registry.backend($0.identity, of: record) }
        self.backends = backends
        let shared: SharedBalancers
        if let known = previous?.shared, let previous,
            previous.configuration.balance == configuration.balance,
            previous.configuration.backends == configuration.backends, previous.weights == weights
        {
            shared = known
        } else {
            shared = SharedBalancers(configuration, weights: weights)
        }
        self.shared = shared
        slots = Self.slots(configuration, tls, sharing: previous)
        unsafe backendPlans = .allocate(capacity: max(1, backends.count))
        for (index, backend) in backends.enumerated() {
            unsafe (backendPlans + index).initialize(
                to: BackendPlan(
                    address: addresses[index], weight: weights[index],
                    connectionsMax: configuration.backends[index].maxConnections ?? 0,
                    state: backend.state))
            unsafe backend.state.pointee.endsAtMs.store(0, ordering: .relaxed)
            if isHTTP { unsafe backendPlans[index].name = memory.text(backend.name) }
            if configuration.pool != nil || isHTTP { backend.makeShelves() }
            if isHTTP { backend.makeExchanges() }
            guard let tls else { continue }
            backend.makeHandshakes()
            let name = tls.serverName(of: configuration.backends[index].address)
            unsafe backendPlans[index].serverName = memory.text(name)
            unsafe backendPlans[index].sessionSlots = unsafe slots[backend.name].map {
                unsafe UnsafePointer($0.first)
            }
        }
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: UpstreamPlan(
                levels: shared.levels, levelCount: shared.levelCount,
                key: UpstreamPlan.Key(configuration.balance),
                backends: backendPlans, backendCount: Int32(backends.count),
                connectTimeoutMs: max(1, configuration.connect.timeout.milliseconds),
                attempts: min(configuration.connect.retries + 1, ProxyLimits.attemptsMax),
                drainTimeoutMs: configuration.drainTimeout.milliseconds,
                source: SocketAddress(configuration.connect.source),
                options: SocketOptions(configuration.tcp), state: record.state))
        unsafe plan.pointee.protect(configuration)
        unsafe plan.pointee.keyName = memory.text(configuration.balance.key.name)
        unsafe plan.pointee.tls = unsafe tls.map { unsafe UnsafePointer($0.plan) }
        if isHTTP { unsafe plan.pointee.http = HTTPUpstreamPolicy(configuration.http) }
        if isHTTP, let affinity = configuration.affinity {
            let cookie = AffinityCookie(affinity, processSecret: registry.affinitySecret)
            unsafe plan.pointee.affinity = memory.affinity(
                cookie, values: backends.map { $0.affinityValue(cookie) })
        }
    }

    /// Places for sessions to take up. Those of an upstream whose TLS is the same are kept.
    private static func slots(
        _ configuration: UpstreamConfiguration, _ tls: UpstreamTLS?,
        sharing previous: UpstreamStorage?
    ) -> [String: SessionSlots] {
        guard let tls, tls.material.configuration.sessionReuse else { return [:] }
        let known = previous?.tls === tls ? previous?.slots ?? [:] : [:]
        var slots: [String: SessionSlots] = [:]
        for backend in configuration.backends {
            slots[backend.identity] =
                known[backend.identity] ?? SessionSlots(workerCount: tls.workerCount)
        }
        return slots
    }

    /// Frees the tables that sessions choose by, unless another plan has them too. They are most of
    /// what a plan takes, and no session that has its backend needs them.
    func freeBalancers() { shared = nil }

    deinit {
        unsafe plan.deallocate()
        unsafe backendPlans.deallocate()
    }
}

extension UpstreamPlan {
    /// Takes over what keeps an upstream and its backends from harm.
    fileprivate mutating func protect(_ configuration: UpstreamConfiguration) {
        if let eject = configuration.eject {
            ejection = EjectionPolicy(
                failuresMax: UInt32(clamping: eject.failures), baseMs: eject.base.milliseconds,
                maxMs: eject.max.milliseconds, maxPercent: eject.maxPercent)
        }
        slowStartMs = configuration.slowStart.milliseconds
        failsOpen = configuration.failOpen != nil
        retryBudget = configuration.connect.retryBudget.map {
            RetryAllowance(
                percent: UInt32(clamping: $0.percent), perSecond: UInt32(clamping: $0.perSecond))
        }
        pool = configuration.pool.map {
            PoolPolicy(
                warm: $0.warm, maxIdleMs: $0.maxIdle.milliseconds, maxAgeMs: $0.maxAge.milliseconds)
        }
        let limits = configuration.backends.compactMap(\.maxConnections)
        if let queue = configuration.queue, !limits.isEmpty {
            // Twice what the backends take at one time is served in good time or not at all.
            queueMax = queue.size ?? min(limits.reduce(0, +), Int(Int32.max) / 2) * 2
            queueTimeoutMs = queue.timeout.milliseconds
        }
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
        case .serverName: self = .serverName
        case .sourceIPPort: self = .sourceAddressAndPort
        case .listener: self = .listener
        case .host: self = .host
        case .path: self = .path
        case .header: self = .field
        case .cookie: self = .cookie
        case .query: self = .parameter
        }
    }
}

extension HashKey {
    /// The name of what is hashed, where it has one.
    fileprivate var name: String {
        switch self {
        case .header(let name), .cookie(let name), .query(let name): name
        case .sourceIP, .sourceIPPort, .listener, .serverName, .host, .path: ""
        }
    }
}

extension HTTPUpstreamPolicy {
    /// What a configuration says of exchanges.
    fileprivate init(_ http: UpstreamHTTPConfiguration) {
        self.init()
        firstByteTimeoutMs = http.timeouts.firstByte.milliseconds
        idleTimeoutMs = http.timeouts.idle.milliseconds
        idleMax = http.keepAlive?.maxIdle ?? 0
        keptMs = http.keepAlive?.idle.milliseconds ?? 0
        ageMaxMs = http.keepAlive?.maxAge.milliseconds ?? 0
        for status in http.retry.statuses { retryStatuses.insert(status) }
        retriesFirstByteTimeout = http.retry.firstByteTimeout
    }
}
