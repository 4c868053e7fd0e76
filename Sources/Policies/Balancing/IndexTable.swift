// An immutable array of backend indexes in the fewest bytes: two each while they fit, else four.
// Owned by a balancer; freed with it, by hand.

/// Backend indexes outside Swift's heap, so that reading one neither retains nor checks uniqueness.
///
/// Trivially copyable; the copies share the storage, and one of them is told to `deallocate`.
@safe
@usableFromInline
struct IndexTable: @unchecked Sendable {
    /// The elements: `UInt16` each, or `UInt32` when `isWide`.
    @usableFromInline let base: UnsafeMutableRawPointer

    /// How many elements there are.
    @usableFromInline let count: Int

    /// Whether an element takes four bytes.
    @usableFromInline let isWide: Bool

    /// Makes a table of `count` elements, each computed by `element`, all within `0..<limit`.
    init(count: Int, limit: Int, element: (Int) -> Int32) {
        isWide = limit > 1 << 16
        self.count = count
        unsafe base = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * (limit > 1 << 16 ? 4 : 2), alignment: 8)
        for position in 0..<count {
            let index = element(position)
            precondition(index >= 0 && Int(index) < limit, "an index beyond the candidates")
            if isWide {
                unsafe base.storeBytes(
                    of: UInt32(index), toByteOffset: position * 4, as: UInt32.self)
            } else {
                unsafe base.storeBytes(
                    of: UInt16(index), toByteOffset: position * 2, as: UInt16.self)
            }
        }
    }

    /// The element at a position, which the caller has brought within `0..<count`.
    @inlinable
    subscript(position: Int) -> Int32 {
        assert(position >= 0 && position < count)
        if isWide {
            return Int32(
                truncatingIfNeeded: unsafe base.load(
                    fromByteOffset: position &* 4, as: UInt32.self))
        }
        return Int32(
            truncatingIfNeeded: unsafe base.load(fromByteOffset: position &* 2, as: UInt16.self))
    }

    /// Frees the storage; no copy may be read afterwards.
    func deallocate() {
        unsafe base.deallocate()
    }
}
