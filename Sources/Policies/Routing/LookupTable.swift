// A table in which each key has a slot of its own: "hash, displace, and compress" by Belazzougui,
// Botelho and Dietzfelbinger (ESA 2009), without the compressing. The keys are known when it is
// built; a look-up is one probe, whatever a client sends.

/// Numbers by the hash of what they stand for.
///
/// A hash is at home in a bucket by its low bits; the bucket's multiplier, sought when the table is
/// built, takes all hashes of the bucket to slots that nobody else has. Whoever looks up compares
/// the key itself: another key may have the hash, and 32 bits of it are all that is compared here.
@safe
struct LookupTable: BitwiseCopyable {
    /// One slot: a value of -1 is none.
    struct Slot: BitwiseCopyable {
        var tag: UInt32
        var value: Int32
    }

    /// What keys are hashed with.
    let seed: UInt64

    private let bucketMask: UInt64
    private let slotShift: UInt64
    private let multipliers: UnsafePointer<UInt64>
    private let slots: UnsafePointer<Slot>

    /// Copies a plan to where its table lives.
    init(_ plan: LookupTablePlan, in block: inout TableBlock) {
        seed = plan.seed
        bucketMask = UInt64(plan.multipliers.count - 1)
        slotShift = plan.slotShift
        unsafe multipliers = block.copy(plan.multipliers)
        unsafe slots = block.copy(plan.slots)
    }

    /// The number of the only key that may have this hash, or -1. One probe.
    func candidate(_ hash: UInt64) -> Int32 {
        let multiplier = unsafe multipliers[Int(truncatingIfNeeded: hash & bucketMask)]
        let slot = unsafe slots[Int(truncatingIfNeeded: (hash &* multiplier) &>> slotShift)]
        return slot.tag == UInt32(truncatingIfNeeded: hash >> 32) ? slot.value : -1
    }
}
