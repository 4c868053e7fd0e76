// A change of what probes say of a target, for those who asked for it.

internal import Health

/// Who wants to know of a target: numbers that mean something to the caller alone.
typealias ProbeSubscription = [UInt32]

/// A verdict that changed, the first one included.
struct ProbeReport: Sendable {
    /// What was probed.
    let target: ProbeTarget
    /// Who asked for it, by the last `setTargets`.
    let subscription: ProbeSubscription
    /// The probe that made the change.
    let outcome: ProbeOutcome
    /// What was held before it.
    let previous: ProbeVerdict.State
    /// What is held now.
    let state: ProbeVerdict.State
}
