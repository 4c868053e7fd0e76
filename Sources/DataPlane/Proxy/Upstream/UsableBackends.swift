// What the balancer may see of an upstream at one moment.

internal import Balancing
internal import Linux
internal import Synchronization

/// The backends that a session can try now.
@safe struct UsableBackends: BackendView {
    let plan: UnsafePointer<UpstreamPlan>
    let tried: TriedBackends
    let now: UInt64
    /// Resting backends count too: nothing else is left.
    let includesResting: Bool

    func isUsable(_ index: Int32) -> Bool {
        let backend = unsafe plan.pointee.backends + Int(index)
        guard unsafe backend.pointee.address.family != 0, !tried.contains(index) else {
            return false
        }
        return unsafe includesResting
            || backend.pointee.state.pointee.retryAtMs.load(ordering: .relaxed) <= now
    }

    func load(_ index: Int32) -> Int {
        unsafe plan.pointee.backends[Int(index)].state.pointee.active.load(ordering: .relaxed)
    }

    var totalLoad: Int {
        unsafe plan.pointee.state.pointee.active.load(ordering: .relaxed)
    }
}
