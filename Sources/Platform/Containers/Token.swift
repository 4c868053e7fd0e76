// What stands in an event for the thing it happened to. Slots are used again, so a token says
// which use of the slot it means: an event that was queued for an earlier use is recognised.

/// One use of one slot: the slot's index and its generation, in the 64 bits that an event carries.
public struct Token: BitwiseCopyable, Equatable, Sendable {
    /// The generation in the upper half, the index in the lower.
    public let rawValue: UInt64

    /// Takes a token back out of an event.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Names a use of a slot.
    public init(index: Int32, generation: UInt32) {
        rawValue = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: index))
    }

    /// The slot.
    public var index: Int32 { Int32(truncatingIfNeeded: rawValue) }
    /// Which use of the slot.
    public var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
}
