// The cookie that binds clients to the backends of an upstream, ready for workers: which backend a
// value stands for is found at once, however many there are.

/// An upstream's affinity. Immutable; the control plane owns the memory behind it.
@safe public struct AffinityPlan: BitwiseCopyable, @unchecked Sendable {
    /// The cookie's name.
    public let name: PlanText
    /// The field that sets it, up to the value.
    public let opening: PlanText
    /// The field behind the value, with the line's end.
    public let ending: PlanText
    /// Responses that set it are kept out of caches that clients share.
    public let isPrivate: Bool
    /// The values, by the backends' places in the upstream's plan.
    private let values: UnsafePointer<AffinityValue>
    /// Places by where a search for their values begins, -1 between them; a power of two of them,
    /// at least half of them free, so that a search ends soon.
    private let slots: UnsafePointer<Int32>
    private let mask: UInt64

    /// - Parameters:
    ///   - slots: Those that `slots(of:)` has made of the values, so many.
    public init(
        name: PlanText, opening: PlanText, ending: PlanText, isPrivate: Bool,
        values: UnsafePointer<AffinityValue>, slots: UnsafePointer<Int32>, slotCount: Int
    ) {
        precondition(slotCount > 0 && slotCount & (slotCount - 1) == 0)
        self.name = name
        self.opening = opening
        self.ending = ending
        self.isPrivate = isPrivate
        unsafe self.values = unsafe values
        unsafe self.slots = unsafe slots
        mask = UInt64(slotCount - 1)
    }

    /// The places of backends with these values as they are searched for. Of several backends with
    /// the same value the first is found. Control plane: allocates.
    public static func slots(of values: [AffinityValue]) -> [Int32] {
        var count = 2
        while count < values.count * 2 { count *= 2 }
        var slots = [Int32](repeating: -1, count: count)
        for (place, value) in values.enumerated() {
            var slot = Int(value.low & UInt64(count - 1))
            while slots[slot] >= 0, values[Int(slots[slot])] != value {
                slot = (slot + 1) & (count - 1)
            }
            if slots[slot] < 0 { slots[slot] = Int32(place) }
        }
        return slots
    }

    /// The value of the backend at a place.
    func value(of place: Int32) -> AffinityValue { unsafe values[Int(place)] }

    /// The place of the backend that a value stands for, or -1. The values are as good as random,
    /// so they are their own hash.
    func place(of value: AffinityValue) -> Int32 {
        guard value != .none else { return -1 }
        var slot = value.low & mask
        while case let place = unsafe slots[Int(slot)], place >= 0 {
            if unsafe values[Int(place)] == value { return place }
            slot = (slot + 1) & mask
        }
        return -1
    }
}
