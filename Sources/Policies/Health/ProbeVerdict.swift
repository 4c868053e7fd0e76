// What a row of probes says of a backend. A value that its owner keeps and feeds with results; it
// sends no probe, reads no clock and shares nothing.

/// Whether probes hold a backend up or down, with hysteresis: one stray result changes nothing.
///
/// The first result decides alone, so that a backend which is new needs no `rise` rounds before it
/// gets work. After that only results in a row that contradict the state change it. Eight bytes,
/// owned by whoever runs the probes.
public struct ProbeVerdict: Sendable, BitwiseCopyable, Equatable {
    /// What is held of the backend.
    public private(set) var state: State

    /// Results in a row, up to the last one, that contradict the state; zero without a state.
    public private(set) var streak: UInt32

    /// What probes say. The raw values are shared with readers in other threads.
    public enum State: UInt8, Sendable, BitwiseCopyable {
        /// Nobody probes the backend.
        case unprobed = 0
        /// Probes are sent; none had a result so far.
        case unknown = 1
        /// It answers as it should.
        case up = 2
        /// It doesn't.
        case down = 3
    }

    /// A verdict that begins with `state` and no streak.
    public init(state: State = .unknown) {
        self.state = state
        streak = 0
    }

    /// Notes the result of one probe. `rise` successes in a row lead from down to up, `fall`
    /// failures in a row from up to down; less than one counts as one. They may differ from call
    /// to call: a streak that is long enough by the new measure acts with the next result.
    ///
    /// Returns whether the state changed.
    public mutating func note(success: Bool, rise: Int, fall: Int) -> Bool {
        let threshold: Int
        switch (state, success) {
        case (.unprobed, _), (.unknown, _):
            threshold = 1
        case (.up, true), (.down, false):
            streak = 0
            return false
        case (.up, false):
            threshold = fall
        case (.down, true):
            threshold = rise
        }
        if streak < .max { streak += 1 }
        guard Int(streak) >= threshold else { return false }
        state = success ? .up : .down
        streak = 0
        return true
    }
}
