// What a simulation leaves behind for tests to judge.

/// Counts and logs of one run, and what went against a rule at the very time it happened.
struct SimulationRecord {
    /// One ejection as it was carried out.
    struct Ejection {
        var backend: Int
        var startMs: UInt64
        /// When the backend got work again.
        var endMs: UInt64
    }

    /// The rules that were broken, with time and backend.
    var violations: [String] = []

    var sessions: UInt64 = 0
    var attempts: UInt64 = 0
    var retries: UInt64 = 0
    /// Sessions that no attempt served.
    var failedSessions: UInt64 = 0

    /// Outages that were long enough for probes to have to see them, and were seen.
    var detections = 0
    /// Times that probes held a backend up again.
    var recoveries = 0

    /// In the order of their ends.
    var ejections: [Ejection] = []
    /// The most backends that were ejected at one time.
    var ejectedMax = 0
}
