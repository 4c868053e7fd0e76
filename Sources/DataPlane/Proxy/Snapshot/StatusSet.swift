// A set of HTTP statuses.

/// Statuses from 0 to 639, which is all of them (RFC 9110, section 15), a bit each.
public struct StatusSet: BitwiseCopyable, Sendable {
    private var words: InlineArray<10, UInt64> = .init(repeating: 0)

    /// No status.
    public init() {}

    /// Puts a status in.
    public mutating func insert(_ status: Int) {
        precondition((0..<640).contains(status))
        words[status >> 6] |= 1 << UInt64(status & 63)
    }

    /// True when the status is in the set.
    public func contains(_ status: Int) -> Bool {
        (0..<640).contains(status) && words[status >> 6] >> UInt64(status & 63) & 1 == 1
    }
}
