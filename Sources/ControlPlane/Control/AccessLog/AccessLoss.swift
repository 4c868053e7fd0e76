// Lines that are lost are told of once when it begins and once when it is over, however many they
// are. A pure state machine.

/// Follows how many lines of one kind are lost.
struct AccessLoss {
    private var seen: UInt64 = 0
    /// How many had been lost when the present episode began; nil while nothing is lost.
    private var episodeStart: UInt64?

    /// What to tell.
    enum Verdict: Equatable {
        /// Lines are being lost, so many until now.
        case began(UInt64)
        /// No more are being lost; so many were.
        case ended(UInt64)
    }

    /// Looks at how many were lost in all. `isFlowing` is true when lines went through since it
    /// was last asked, and none is waiting.
    mutating func judge(lost: UInt64, isFlowing: Bool) -> Verdict? {
        let isLosing = lost != seen
        defer { seen = lost }
        guard let start = episodeStart else {
            guard isLosing else { return nil }
            episodeStart = seen
            return .began(lost - seen)
        }
        guard !isLosing, isFlowing else { return nil }
        episodeStart = nil
        return .ended(lost - start)
    }
}
