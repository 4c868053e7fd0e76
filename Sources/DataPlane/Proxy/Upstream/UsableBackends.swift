// What the balancer may see of an upstream at one moment, and why it was refused what it was
// refused.

internal import Balancing
internal import Health
internal import Linux
internal import Synchronization

/// How much is overlooked in a backend when nothing better is left.
enum Leniency: UInt8, BitwiseCopyable {
    /// Nothing.
    case fit
    /// That it has just come back and should have little work.
    case ramping
    /// Also that no probe has told of it yet.
    case unverified
    /// All but an operator's word and its limit of connections.
    case all
}

/// Why backends were passed over.
struct Refusals: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    /// Limits of connections.
    static var full: Refusals { Refusals(rawValue: 1) }
    /// Slow start.
    static var ramping: Refusals { Refusals(rawValue: 2) }
    /// No probe has told yet.
    static var unverified: Refusals { Refusals(rawValue: 4) }
    /// Probes or failures.
    static var unfit: Refusals { Refusals(rawValue: 8) }
    /// The session has tried a fit one.
    static var tried: Refusals { Refusals(rawValue: 16) }
}

/// The backends that a session can try now.
@safe struct UsableBackends: BackendView {
    let plan: UnsafePointer<UpstreamPlan>
    let tried: TriedBackends
    let now: UInt64
    let leniency: Leniency
    /// Against the share of a backend in slow start: the same for the whole choice.
    let draw: UInt32
    /// Collects why backends were passed over.
    let refusals: UnsafeMutablePointer<Refusals>

    func isUsable(_ index: Int32) -> Bool { isUsable(index, isBound: false) }

    /// The same for the backend that the client is bound to. What it brings is no new work, so
    /// neither a drain nor slow start keeps it away.
    func isUsableByBound(_ index: Int32) -> Bool { isUsable(index, isBound: true) }

    @inline(__always) private func isUsable(_ index: Int32, isBound: Bool) -> Bool {
        let backend = unsafe plan.pointee.backends + Int(index)
        guard unsafe backend.pointee.address.family != 0 else { return false }
        let state = unsafe backend.pointee.state
        if tried.contains(index) {
            if unsafe state.pointee.isFit(at: now) { unsafe refusals.pointee.insert(.tried) }
            return false
        }
        let operatorState = unsafe state.pointee.operatorState.load(ordering: .relaxed)
        guard operatorState == 0 || isBound && operatorState == BackendState.draining else {
            return false
        }
        if leniency != .all {
            let health = unsafe state.pointee.health.load(ordering: .relaxed)
            if health == ProbeVerdict.State.down.rawValue { return refuse(.unfit) }
            if health == ProbeVerdict.State.unknown.rawValue, leniency != .unverified {
                return refuse(.unverified)
            }
            let ejectedUntil = unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed)
            if ejectedUntil > now, unsafe plan.pointee.ejection.failuresMax > 0 {
                return refuse(.unfit)
            }
            if leniency == .fit, !isBound, unsafe plan.pointee.slowStartMs > 0 {
                let recoveredAt = unsafe state.pointee.recoveredAtMs.load(ordering: .relaxed)
                // The trial that ends an ejection waits for nothing.
                if recoveredAt != 0, ejectedUntil == 0, !admits(since: recoveredAt) {
                    return refuse(.ramping)
                }
            }
        }
        let connectionsMax = unsafe backend.pointee.connectionsMax
        if connectionsMax > 0,
            // Ordered with what queues: see `WaitingLine`.
            unsafe state.pointee.active.load(ordering: .sequentiallyConsistent) >= connectionsMax
        {
            return refuse(.full)
        }
        return true
    }

    func load(_ index: Int32) -> Int {
        unsafe plan.pointee.backends[Int(index)].state.pointee.active.load(ordering: .relaxed)
    }

    var totalLoad: Int {
        unsafe plan.pointee.state.pointee.active.load(ordering: .relaxed)
    }

    private func admits(since recoveredAt: UInt64) -> Bool {
        SlowStart.admits(
            draw: draw, elapsedMs: now - min(now, recoveredAt),
            durationMs: unsafe plan.pointee.slowStartMs)
    }

    private func refuse(_ reason: Refusals) -> Bool {
        unsafe refusals.pointee.insert(reason)
        return false
    }
}
