// The memory behind a snapshot, and everything that must live as long as a worker or a session may
// read it.

internal import Balancing
internal import Config
internal import Linux
internal import Proxy
internal import Synchronization
internal import Telemetry

/// A listener of a snapshot: its record and where it is bound.
struct ListenerEntry {
    let configuration: ListenerConfiguration
    let record: ListenerRecord
    let bound: [BoundAddress]
}

/// Owns a snapshot. It is freed on the control thread when `isUnused`.
@safe final class SnapshotStorage {
    let configuration: Configuration
    let upstreams: [UpstreamStorage]
    let listeners: [ListenerEntry]
    /// TLS of listeners by their names.
    let tls: [String: ListenerTLS]
    let snapshot: UnsafeMutablePointer<Snapshot>
    private let exchanges: [HTTPStorage]
    private let hellos: [HelloStorage]
    private let listenerPlans: UnsafeMutablePointer<ListenerPlan>
    private let bindPlans: UnsafeMutablePointer<BindPlan>
    private let upstreamPlans: UnsafeMutablePointer<UnsafePointer<UpstreamPlan>>

    init(
        _ configuration: Configuration, upstreams: [UpstreamStorage], listeners: [ListenerEntry],
        tls: [String: ListenerTLS] = [:], pages: PageFiles,
        rings: UnsafePointer<AccessRing>? = nil, registry: StateRegistry, generation: UInt64,
        connectionsMax: Int, workerCount: Int
    ) {
        self.configuration = configuration
        self.upstreams = upstreams
        self.listeners = listeners
        self.tls = tls
        let plans = unsafe Dictionary(
            uniqueKeysWithValues: unsafe upstreams.map { unsafe ($0.configuration.name, $0.plan) })
        let bindCount = listeners.reduce(0) { $0 + $1.bound.count }
        unsafe listenerPlans = .allocate(capacity: max(1, listeners.count))
        unsafe bindPlans = .allocate(capacity: max(1, bindCount))
        var position = 0
        var exchanges: [HTTPStorage] = []
        var hellos: [HelloStorage] = []
        for (index, entry) in listeners.enumerated() {
            let isHTTP = entry.configuration.protocol == .http
            let hello: HelloStorage? =
                entry.configuration.helloRoutes.isEmpty
                ? nil : unsafe HelloStorage(entry.configuration, upstreams: plans)
            if let hello { hellos.append(hello) }
            let isAsked = isHTTP || hello != nil
            let upstream = isAsked ? nil : unsafe plans[entry.configuration.upstream]
            guard isAsked || (unsafe upstream != nil) else {
                preconditionFailure("a listener without its upstream")
            }
            let plan = unsafe listenerPlans + index
            let timeouts = entry.configuration.timeouts
            unsafe plan.initialize(
                to: ListenerPlan(
                    upstream: upstream.map { unsafe UnsafePointer($0) },
                    hello: hello.map { unsafe UnsafePointer($0.plan) },
                    key: BalancingHash.hash(entry.configuration.name),
                    connectionsMax: entry.configuration.maxConnections ?? 0,
                    idleTimeoutMs: timeouts.idle?.milliseconds ?? 0,
                    halfClosedTimeoutMs: timeouts.halfClosed?.milliseconds ?? 0,
                    lifetimeMs: timeouts.lifetime?.milliseconds ?? 0,
                    options: SocketOptions(entry.configuration.tcp), state: entry.record.state))
            if entry.configuration.tls != nil {
                unsafe entry.record.state.pointee.makeHandshakes(workerCount: workerCount)
            }
            if isHTTP {
                let storage = unsafe HTTPStorage(
                    entry.configuration, record: entry.record, upstreams: plans, pages: pages,
                    rings: rings, registry: registry, workerCount: workerCount)
                exchanges.append(storage)
                unsafe plan.pointee.http = unsafe UnsafePointer(storage.plan)
            }
            if let tls = tls[entry.configuration.name] {
                unsafe plan.pointee.tls = unsafe UnsafePointer(tls.plan)
            }
            unsafe entry.record.state.pointee.endsAtMs.store(0, ordering: .relaxed)
            for bound in entry.bound {
                unsafe (bindPlans + position).initialize(
                    to: BindPlan(
                        number: bound.number, port: bound.actual.port, listener: plan,
                        sockets: bound.sockets))
                position += 1
            }
        }
        self.exchanges = exchanges
        self.hellos = hellos
        unsafe upstreamPlans = .allocate(capacity: max(1, upstreams.count))
        for (index, upstream) in upstreams.enumerated() {
            unsafe (upstreamPlans + index).initialize(to: UnsafePointer(upstream.plan))
        }
        unsafe snapshot = .allocate(capacity: 1)
        unsafe snapshot.initialize(
            to: Snapshot(
                generation: generation, binds: bindPlans, bindCount: bindCount,
                upstreams: upstreamPlans, upstreamCount: upstreams.count,
                connectionsMax: connectionsMax, workerCount: workerCount))
    }

    deinit {
        unsafe snapshot.deinitialize(count: 1)
        unsafe snapshot.deallocate()
        unsafe listenerPlans.deallocate()
        unsafe bindPlans.deallocate()
        unsafe upstreamPlans.deallocate()
    }

    /// Grows with each snapshot of the process.
    var generation: UInt64 { unsafe snapshot.pointee.generation }

    /// No worker accepts by it and no session began with it.
    var isUnused: Bool {
        unsafe snapshot.pointee.holders.load(ordering: .acquiring) == 0
    }
}
