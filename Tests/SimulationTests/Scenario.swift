// What a simulated upstream is like, and how it is looked after.

import Health

/// The settings of a simulation; the defaults are those of the product where it has some.
struct Scenario {
    var backendCount = 8
    /// The first so many backends have outages.
    var unsteadyCount = 8
    /// Outages last up to twice this, and so does the time between two of them.
    var outageMs: UInt64 = 60_000
    var steadyMs: UInt64 = 120_000

    /// Without probes every backend is held up.
    var isProbed = true
    var intervalMs: UInt64 = 5000
    var timeoutMs: UInt64 = 2000
    /// The widest part by which an interval is longer or shorter, in percent.
    var jitterPercent: UInt64 = 10
    var rise = 2
    var fall = 3

    var ejection = EjectionPolicy(
        failuresMax: 5, baseMs: 10_000, maxMs: 300_000, maxPercent: 50)
    var slowStartMs: UInt64 = 10_000

    var sessionsPerSecond: UInt64 = 5
    /// Retries of one session.
    var retriesMax = 2
    var budgetPercent: UInt32 = 20
    var budgetPerSecond: UInt32 = 3

    /// The widest time between the starts of two probes of a backend.
    var intervalMaxMs: UInt64 { intervalMs + intervalMs * jitterPercent / 100 }

    /// How long a backend may be out, without a break, before probes hold it down.
    var detectionMs: UInt64 { intervalMaxMs * UInt64(fall) + timeoutMs }

    /// How long it may be back before they hold it up.
    var recoveryMs: UInt64 { intervalMaxMs * UInt64(rise) + timeoutMs }
}

extension EjectionPolicy {
    /// Nobody is ejected.
    static let off = EjectionPolicy(failuresMax: 0, baseMs: 0, maxMs: 0, maxPercent: 0)
}
