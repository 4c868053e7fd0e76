// How many retries an upstream may make. One word by value; callers keep it in an atomic, change it
// by compare-exchange and bring the time: no clock, nothing shared.

/// The retries that sessions have paid for: each session adds a percentage of one, each second some
/// more, each retry takes one. So an outage, in which everything fails, adds a fixed part to the
/// load instead of multiplying it.
///
/// The balance is in thousandths of a retry, up to a cap of 100 retries, or of ten seconds' worth
/// where that is more. In thousandths a retry a second is one a millisecond and a percent of a
/// retry is ten: all is exact. Over any time, retries are at most `percent` of the sessions,
/// `perSecond` times the seconds, and the cap.
///
/// Threads may bring clocks that lag behind one another's. A time before the one in the word adds
/// nothing and leaves the word's as it is, so that no millisecond is paid twice.
public struct RetryBudget: Sendable, BitwiseCopyable, Equatable {
    /// The balance in the upper half, in thousandths of a retry; below it the time until which
    /// `perSecond` is in the balance: the low bits of a monotonic clock in milliseconds.
    public let word: UInt64

    /// The smallest cap, in retries: room for a burst of failures even where `perSecond` is low.
    public static let capMin: UInt64 = 100

    /// A new budget holds this many seconds' worth of `perSecond`, and none is capped at less: a
    /// backend may fail before any session has paid.
    public static let headStartSeconds: UInt64 = 10

    /// Times up to this much before the word's come from a clock that lags; all others are later
    /// ones, since 32 bits cannot tell. 70 minutes are far beyond any thread's lag. The price: a
    /// budget that nobody touched for 49.7 days may then gain nothing by time for 70 minutes.
    static let lagMaxMs: UInt32 = 1 << 22

    private static let thousandthsPerRetry: UInt64 = 1000
    private static let thousandthsPerPercent: UInt64 = 10

    /// The budget that was kept as a word.
    public init(word: UInt64) {
        self.word = word
    }

    /// A new budget at `nowMs`.
    public init(perSecond: UInt32, nowMs: UInt64) {
        self.init(
            balance: UInt64(perSecond) * Self.headStartSeconds * Self.thousandthsPerRetry,
            timeMs: UInt32(truncatingIfNeeded: nowMs))
    }

    private init(balance: UInt64, timeMs: UInt32) {
        // Half a word holds the cap of any `perSecond` up to 429,496; beyond that it is the cap.
        word = min(balance, UInt64(UInt32.max)) << 32 | UInt64(timeMs)
    }

    /// The retries that could be made at once, were no more time to pass.
    public var retries: UInt32 {
        UInt32(balance / Self.thousandthsPerRetry)
    }

    /// The budget with what a new session at `nowMs` pays, `percent` of a retry, and with what
    /// `perSecond` has given since it was last asked.
    public func deposited(percent: UInt32, perSecond: UInt32, nowMs: UInt64) -> RetryBudget {
        let paid = UInt64(percent) * Self.thousandthsPerPercent
        let gain = gainedMs(nowMs: nowMs)
        let sum = balance + paid + Self.thousandths(ofMs: gain, perSecond: perSecond)
        return RetryBudget(
            balance: min(sum, Self.cap(perSecond: perSecond)), timeMs: timeMs &+ gain)
    }

    /// The budget without the one retry that is made at `nowMs`, or nil when there is none to make;
    /// the word then stays as it is. The time that has gone by counts as in `deposited`.
    public func withdrawn(perSecond: UInt32, nowMs: UInt64) -> RetryBudget? {
        let upToDate = deposited(percent: 0, perSecond: perSecond, nowMs: nowMs)
        guard upToDate.balance >= Self.thousandthsPerRetry else { return nil }
        return RetryBudget(
            balance: upToDate.balance - Self.thousandthsPerRetry, timeMs: upToDate.timeMs)
    }

    /// The most that a balance may be, in thousandths.
    private static func cap(perSecond: UInt32) -> UInt64 {
        max(capMin, UInt64(perSecond) * headStartSeconds) * thousandthsPerRetry
    }

    /// What `perSecond` gives in so many milliseconds, in thousandths. The product of two halves
    /// fits into a word, but the caller's sum might not: half of the word is more than any cap.
    private static func thousandths(ofMs elapsedMs: UInt32, perSecond: UInt32) -> UInt64 {
        min(UInt64(elapsedMs) * UInt64(perSecond), .max >> 1)
    }

    /// The milliseconds since the word's time; none when `nowMs` is the older one.
    private func gainedMs(nowMs: UInt64) -> UInt32 {
        let elapsed = UInt32(truncatingIfNeeded: nowMs) &- timeMs
        return elapsed > UInt32.max - Self.lagMaxMs ? 0 : elapsed
    }

    private var balance: UInt64 { word >> 32 }

    private var timeMs: UInt32 { UInt32(truncatingIfNeeded: word) }
}
