// What the prober has done so far, for metrics.

/// Counts since the start of the process. At any time between two turns of the loop
/// `started == succeeded + all failures + withdrawn + inFlight`.
struct ProbeCounters: Sendable, Equatable {
    /// Probes that were begun.
    var started: UInt64 = 0
    /// Probes that were answered as they should be.
    var succeeded: UInt64 = 0
    /// Probes whose target was taken away meanwhile.
    var withdrawn: UInt64 = 0
    /// Probes under way.
    var inFlight = 0
    /// Probes that are due and wait because as many as may be are under way.
    var waiting = 0
    /// How long probes took that ended with a result.
    var durations = ProbeDurations()
    /// How late the last probe began, in ms.
    var lagLastMs: UInt64 = 0
    /// How late any probe began, in ms.
    var lagMaxMs: UInt64 = 0

    private var failures = [UInt64](repeating: 0, count: ProbeFailure.allCases.count)

    /// Probes that failed so.
    func failed(_ failure: ProbeFailure) -> UInt64 { failures[Int(failure.rawValue)] }

    /// Counts a failure.
    mutating func addFailure(_ failure: ProbeFailure) { failures[Int(failure.rawValue)] += 1 }

    /// Notes how late a probe begins.
    mutating func addLag(_ milliseconds: UInt64) {
        lagLastMs = milliseconds
        lagMaxMs = max(lagMaxMs, milliseconds)
    }
}
