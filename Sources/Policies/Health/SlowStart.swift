// How much of its work a backend gets that has just recovered. A pure function of two times: no
// clock, no randomness of its own.

/// The ramp of a recovering backend: from a tenth of its work, in a straight line, to all of it.
///
/// Caches are cold and connections few after a recovery; a full share at once may well knock the
/// backend over again. It gets something from the start, or nothing would warm it.
public enum SlowStart {
    /// The share at the start, as a part of 2^32: 10 %, as in Envoy's `min_weight_percent`.
    public static let shareMin: UInt32 = 429_496_730

    /// The part of its work that a backend gets `elapsedMs` milliseconds after its recovery, when
    /// the ramp takes `durationMs`: a threshold of 2^32, `.max` for all once the ramp is over. A
    /// duration of zero is off.
    public static func share(elapsedMs: UInt64, durationMs: UInt64) -> UInt32 {
        if elapsedMs >= durationMs { return .max }
        let product = elapsedMs.multipliedFullWidth(by: UInt64(UInt32.max - shareMin))
        // Less than the span, since less than the whole duration has gone by.
        return shareMin + UInt32(durationMs.dividingFullWidth(product).quotient)
    }

    /// Whether the backend takes the work that drew `draw`, a random number over all of its range.
    /// Work that is refused goes to another backend; where there is no other, don't ask.
    public static func admits(draw: UInt32, elapsedMs: UInt64, durationMs: UInt64) -> Bool {
        let share = share(elapsedMs: elapsedMs, durationMs: durationMs)
        return draw < share || share == .max
    }
}
