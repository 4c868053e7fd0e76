// When a backend that failed may be tried again. Pure arithmetic over words that live elsewhere: no
// clock, no state of its own, nothing shared.

/// Exponential backoff of one backend after consecutive failures: 500 ms, doubling up to 30 s.
///
/// The state is two words beside the backend, shared by all workers: the number of consecutive
/// failures and the time of the next try. A failure increments the one and then stores
/// `retryAtMs(…)` in the other; a success stores zero in both. Once the time has passed the backend
/// is usable again ("half open"): the next failure doubles the delay, the next success forgets it.
/// Racing workers may store times of neighbouring counts, which are both right enough.
public struct FailureBackoff: Sendable, Equatable {
    /// The delay after the first failure, in milliseconds: long enough for a restarted process to
    /// listen again, short enough that one stray reset costs little.
    public static let initialMs: UInt64 = 500

    /// The longest delay, in milliseconds: what a recovered backend may wait for its first work.
    public static let maximumMs: UInt64 = 30_000

    /// The widest jitter to either side, in percent of the delay.
    public static let jitterPercent: UInt64 = 10

    /// Consecutive failures so far; zero is healthy.
    public var consecutiveFailures: UInt32

    /// The time on the caller's monotonic clock, in milliseconds, from which the backend may be
    /// tried again; zero when it never failed.
    public var retryAtMs: UInt64

    /// The state read from its two words, or that of a healthy backend.
    public init(consecutiveFailures: UInt32 = 0, retryAtMs: UInt64 = 0) {
        self.consecutiveFailures = consecutiveFailures
        self.retryAtMs = retryAtMs
    }

    /// Whether the backend may be given work at `nowMs`: it is healthy or its delay has passed.
    public func isUsable(nowMs: UInt64) -> Bool {
        consecutiveFailures == 0 || nowMs >= retryAtMs
    }

    /// Whether work given at `nowMs` would be a trial of a backend whose last try failed.
    public func isTrial(nowMs: UInt64) -> Bool {
        consecutiveFailures > 0 && nowMs >= retryAtMs
    }

    /// Notes a failure at `nowMs`. With a `seed` the delay is jittered, see `delayMs(_:seed:)`.
    public mutating func fail(nowMs: UInt64, seed: UInt64? = nil) {
        if consecutiveFailures < .max { consecutiveFailures += 1 }
        retryAtMs = Self.retryAtMs(
            nowMs: nowMs, consecutiveFailures: consecutiveFailures, seed: seed)
    }

    /// Notes a success: everything is forgotten.
    public mutating func succeed() {
        self = FailureBackoff()
    }

    /// The time of the next try after `consecutiveFailures` failures, the last at `nowMs`.
    public static func retryAtMs(
        nowMs: UInt64, consecutiveFailures: UInt32, seed: UInt64? = nil
    ) -> UInt64 {
        let delay =
            seed.map { delayMs(consecutiveFailures: consecutiveFailures, seed: $0) }
            ?? delayMs(consecutiveFailures: consecutiveFailures)
        let (time, overflow) = nowMs.addingReportingOverflow(delay)
        return overflow ? .max : time
    }

    /// The delay in milliseconds: none without a failure, else `initialMs × 2^(failures - 1)` up to
    /// `maximumMs`.
    public static func delayMs(consecutiveFailures: UInt32) -> UInt64 {
        if consecutiveFailures == 0 { return 0 }
        // Six doublings pass the maximum; more would only overflow.
        let doublings = min(consecutiveFailures - 1, 6)
        return min(initialMs << UInt64(doublings), maximumMs)
    }

    /// The delay moved by up to `jitterPercent` to either side, so that backends that failed
    /// together aren't all tried together. The same seed (a hash of the backend's identity) and
    /// count give the same delay on every worker.
    public static func delayMs(consecutiveFailures: UInt32, seed: UInt64) -> UInt64 {
        let delay = delayMs(consecutiveFailures: consecutiveFailures)
        let reach = delay * jitterPercent / 100
        // One round of multiplication and folding; enough to part neighbours, and no more is asked.
        var bits = (seed ^ UInt64(consecutiveFailures)) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 32) &* 0xD6E8_FEB8_6659_FD93
        return delay - reach + (bits >> 32) % (2 * reach + 1)
    }
}
