// Snapshots that are no longer in force: what of them sessions still need stays, the rest is freed.

internal import Proxy
internal import Synchronization

extension Supervisor {
    /// Frees snapshots that nobody needs.
    func freeRetired() {
        let before = retired.count
        retired.removeAll(where: \.isUnused)
        guard retired.count < before else { return }
        registry.sweep()
        removed = removed.filter { $0.value.record != nil }
    }

    /// Frees the balancing tables of snapshots that sessions hold and never choose by again. Members
    /// that change each second, and sessions that last for days, would fill the memory with them.
    func freeTables() {
        let oldest =
            workers.map {
                unsafe $0.handle.pointee.oldestChoosing.load(ordering: .acquiring)
            }.min() ?? 0
        var kept = Set((current?.upstreams ?? []).map { ObjectIdentifier($0) })
        for snapshot in retired where snapshot.generation >= oldest {
            kept.formUnion(snapshot.upstreams.map { ObjectIdentifier($0) })
        }
        var holding = 0
        for snapshot in retired {
            for upstream in snapshot.upstreams where !kept.contains(ObjectIdentifier(upstream)) {
                upstream.freeBalancers()
            }
            if snapshot.generation >= oldest { holding += 1 }
        }
        guard holding >= ControlLimits.tablesMax,
            reckonedAt == 0 || loop.now - reckonedAt >= ControlLimits.reckonMs
        else { return }
        reckonedAt = loop.now
        for worker in workers { unsafe worker.handle.pointee.send(.reckon) }
    }
}
