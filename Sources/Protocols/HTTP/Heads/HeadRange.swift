// A place within a head, small enough to keep a hundred of them.

/// Some octets of the buffer that a head was parsed from. Heads are below 64 KiB, so that two
/// 16-bit numbers do.
public struct HeadRange: BitwiseCopyable, Equatable, Sendable {
    /// Where it begins, counted from the start of the buffer.
    public var start: UInt16
    /// How many octets it has.
    public var count: UInt16

    /// An empty range at the start of the buffer.
    @inline(__always)
    public init() {
        start = 0
        count = 0
    }

    /// A range of `count` octets from `start` on.
    @inline(__always)
    public init(start: UInt16, count: UInt16) {
        self.start = start
        self.count = count
    }

    /// The range from one offset up to another one, both below 64 KiB.
    @inline(__always)
    init(from start: Int, to end: Int) {
        assert(start >= 0 && start <= end && end <= Int(UInt16.max))
        self.start = UInt16(truncatingIfNeeded: start)
        count = UInt16(truncatingIfNeeded: end &- start)
    }

    /// What a search returns that found nothing.
    @inline(__always)
    public static var missing: HeadRange { HeadRange(start: .max, count: 0) }

    /// True for what a search returns that found nothing.
    @inline(__always)
    public var isMissing: Bool { start == .max }

    /// True when it has no octets.
    @inline(__always)
    public var isEmpty: Bool { count == 0 }

    /// Where it ends: the offset behind its last octet.
    @inline(__always)
    public var end: Int { Int(start) &+ Int(count) }
}
