// What is known of a target at this moment, for status pages and for those who begin to ask for one
// that is probed already.

internal import Health

/// The standing of one target.
struct ProbeStatus: Sendable {
    /// What is held of it, and how many results in a row speak against that.
    let verdict: ProbeVerdict
    /// The last probe that said something of the backend, or nil before the first.
    let last: ProbeOutcome?
    /// When that one began, in ms of the monotonic clock.
    let lastStartMs: UInt64
}
