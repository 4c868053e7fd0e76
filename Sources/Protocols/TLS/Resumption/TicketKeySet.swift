// The keys of tickets that hold at one time: the first seals, all open.

/// One to three keys. A value; whoever holds one wipes it.
public struct TicketKeySet: Equatable, Sendable {
    /// Keys there are at most: one that seals, and two whose tickets are still about.
    public static let countMax = 3

    private var keys = InlineArray<3, TicketKey>(repeating: TicketKey())
    /// Keys there are.
    public private(set) var count: Int

    /// Just one key.
    public init(_ key: TicketKey) {
        keys[0] = key
        count = 1
    }

    /// Given keys, the one that seals first; nil when there are none or more than `countMax`.
    public init?(_ keys: [TicketKey]) {
        guard (1...Self.countMax).contains(keys.count) else { return nil }
        for (index, key) in keys.enumerated() { self.keys[index] = key }
        count = keys.count
    }

    /// The key of a place, 0 for the one that seals.
    public subscript(index: Int) -> TicketKey {
        precondition(index < count)
        return keys[index]
    }

    /// The set after a rotation: a fresh key seals, and the oldest of three is gone.
    ///
    /// A fleet that shares keys by file would refuse tickets of who rotates first, for as long as the
    /// others lag: that costs full handshakes and nothing else.
    public func rotated(to fresh: TicketKey) -> TicketKeySet {
        var result = TicketKeySet(fresh)
        result.count = min(count + 1, Self.countMax)
        for index in 1..<max(1, result.count) { result.keys[index] = keys[index - 1] }
        return result
    }

    /// Overwrites all keys.
    public mutating func wipe() {
        for index in 0..<Self.countMax { keys[index].wipe() }
    }

    /// True for the same keys in the same order.
    public static func == (first: TicketKeySet, second: TicketKeySet) -> Bool {
        guard first.count == second.count else { return false }
        for index in 0..<first.count where first.keys[index] != second.keys[index] { return false }
        return true
    }
}
