// When and for how long a backend is taken out for what traffic showed. Arithmetic over counts that
// live elsewhere: no clock, no state of its own, nothing shared.

/// Ejection of backends after consecutive failures, for a time that doubles with each ejection, and
/// never of all backends at once.
///
/// Whoever ejects counts a backend's ejections, gives it work again after `durationMs`, and sets
/// the count to zero once `isForgotten` says so. Durations are on the caller's monotonic clock.
public struct EjectionPolicy: Sendable, BitwiseCopyable, Equatable {
    /// So many failures in a row eject a backend; zero is off.
    public let failuresMax: UInt32

    /// How long the first ejection lasts, in milliseconds.
    public let baseMs: UInt64

    /// The longest ejection, in milliseconds; also the time of service after which a backend's
    /// earlier ejections are forgotten.
    public let maxMs: UInt64

    /// The share of the backends that may be out at one time, 0...100.
    public let maxPercent: Int

    /// A policy; `maxPercent` is brought into 0...100.
    public init(failuresMax: UInt32, baseMs: UInt64, maxMs: UInt64, maxPercent: Int) {
        self.failuresMax = failuresMax
        self.baseMs = baseMs
        self.maxMs = maxMs
        self.maxPercent = min(max(maxPercent, 0), 100)
    }

    /// Whether a backend with so many failures in a row is to be ejected, if there is room.
    public func isDue(consecutiveFailures: UInt32) -> Bool {
        failuresMax > 0 && consecutiveFailures >= failuresMax
    }

    /// How long the ejection lasts that is the backend's `ejections`-th, in milliseconds: the first
    /// `baseMs`, each further one twice the one before, none longer than `maxMs`. Zero for zero.
    public func durationMs(ejections: UInt32) -> UInt64 {
        if ejections == 0 || baseMs == 0 { return 0 }
        let doublings = ejections - 1
        // Further than this the shift would push set bits out of the word.
        if doublings > UInt32(baseMs.leadingZeroBitCount) { return maxMs }
        return min(baseMs << UInt64(doublings), maxMs)
    }

    /// How many of `count` backends may be out at one time: `maxPercent` of them, rounded down, but
    /// one at least, or small upstreams would never eject; and never all, since the last one that
    /// is left may be failing for a reason that every backend has.
    public func ejectedMax(of count: Int) -> Int {
        if count <= 1 { return 0 }
        // By hundreds, since the product of the whole might overflow.
        let share = count / 100 * maxPercent + count % 100 * maxPercent / 100
        return min(max(share, 1), count - 1)
    }

    /// Whether the ejections of a backend no longer count, `sinceReturnMs` milliseconds after the
    /// last of them ended: it has served for `maxMs`, or there were none.
    public func isForgotten(sinceReturnMs: UInt64, ejections: UInt32) -> Bool {
        ejections == 0 || sinceReturnMs >= maxMs
    }
}
