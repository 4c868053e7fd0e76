// The little that a worker keeps between two picks. One per worker and upstream; never shared, so
// no two workers contend, and trivially copyable.

/// A worker's own state for one upstream's balancer: a random generator and a place in the cycle.
///
/// It may outlive the balancer that it was used with: a place beyond a new table starts afresh.
public struct BalancerCursor: Sendable {
    /// State of the generator: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), which takes one word,
    /// passes BigCrush, and needs no warming up.
    @usableFromInline
    var state: UInt64

    /// The next round-robin slot, or with the top bit set a fraction of the cycle in 31 bits, to be
    /// resolved once the length of the cycle is known.
    @usableFromInline
    var position: UInt32

    /// Starts a cursor. Give each worker its own seed: they then draw different backends and begin
    /// their rounds at different places.
    public init(seed: UInt64) {
        state = BalancingHash.mix(seed ^ 0x6A09_E667_F3BC_C909)
        position = UInt32(truncatingIfNeeded: BalancingHash.mix(seed) >> 32) | 1 << 31
    }

    /// The next 64 random bits.
    @inlinable
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return BalancingHash.mix(state)
    }

    /// A uniform draw from `0..<bound`; the bias is below bound ÷ 2^64. `bound` is positive.
    @inlinable
    mutating func next(below bound: Int) -> Int {
        BalancingHash.reduce(next(), below: bound)
    }

    /// Where the round goes on in a cycle of so many slots.
    @inlinable
    func slot(below count: Int) -> Int {
        if Int(position) < count { return Int(position) }
        return (Int(position & 0x7FFF_FFFF) * count) >> 31
    }
}
