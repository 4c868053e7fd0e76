// Time that passes only when a simulation says so.

/// A monotonic clock in milliseconds, moved by hand.
struct ManualClock {
    private(set) var nowMs: UInt64

    /// Starts somewhere: policies must not mind where.
    init(nowMs: UInt64) { self.nowMs = nowMs }

    /// Moves on to a time that is not in the past.
    mutating func advance(to timeMs: UInt64) {
        precondition(timeMs >= nowMs, "time runs forward")
        nowMs = timeMs
    }
}
