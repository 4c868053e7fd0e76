// One backend of a simulation: what is true of it, and what is known.

import Health

/// A backend with outages, beside what probes and traffic showed of it.
struct SimulatedBackend {
    // What is true.

    /// It answers nobody.
    var isOut = false
    /// Since when that is so or isn't.
    var sinceMs: UInt64
    /// When it changes; `.max` for never.
    var changesAtMs: UInt64 = .max

    // What probes know.

    var verdict = ProbeVerdict()
    /// When the next probe starts.
    var probeAtMs: UInt64 = .max
    /// When the probe that is under way has its result; `.max` when none is.
    var resultAtMs: UInt64 = .max
    var resultIsSuccess = false

    // What traffic showed.

    var consecutiveFailures: UInt32 = 0
    var ejections: UInt32 = 0
    /// When the present ejection ends; `.max` when there is none.
    var returnsAtMs: UInt64 = .max
    /// When the last one ended.
    var returnedAtMs: UInt64 = 0
    /// When it last recovered; nil for never.
    var rampFromMs: UInt64?

    var isEjected: Bool { returnsAtMs != .max }

    /// Whether new work may go to it, the slow start aside.
    var isUsable: Bool { verdict.state != .down && !isEjected }

    /// When something happens to it next. Asked at every event, so it does without generic calls,
    /// which debug builds do not specialise.
    var nextMs: UInt64 {
        var nextMs = changesAtMs
        if probeAtMs < nextMs { nextMs = probeAtMs }
        if resultAtMs < nextMs { nextMs = resultAtMs }
        if returnsAtMs < nextMs { nextMs = returnsAtMs }
        return nextMs
    }
}
