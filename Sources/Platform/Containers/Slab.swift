// A fixed number of slots of one type, handed out by index. The memory is reserved once and touched
// only as slots are first used, so a large capacity costs address space and not memory. What runs
// per event is `@inlinable`: across modules a generic type runs unspecialised otherwise.

/// Slots of `Element`, which never move. One thread uses it.
///
/// `allocate` and `free` are O(1) and allocate nothing. Generations start at 1, so a token of zero
/// is never valid.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline let elements: UnsafeMutablePointer<Element>
    /// A slot's generation while in use (odd), and the next one while free (even).
    @usableFromInline let generations: UnsafeMutablePointer<UInt32>
    /// For each free slot, the free slot after it, or -1.
    @usableFromInline let links: UnsafeMutablePointer<Int32>
    @usableFromInline var firstFree: Int32 = -1
    /// Slots from here on were never used.
    @usableFromInline var untouched: Int32 = 0

    /// How many slots there are.
    public let capacity: Int32
    /// How many are in use.
    @inlinable public var count: Int32 { used }
    @usableFromInline var used: Int32 = 0

    /// Reserves `capacity` slots.
    public init(capacity: Int32) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe elements = .allocate(capacity: Int(capacity))
        unsafe generations = .allocate(capacity: Int(capacity))
        unsafe links = .allocate(capacity: Int(capacity))
    }

    deinit {
        unsafe elements.deallocate()
        unsafe generations.deallocate()
        unsafe links.deallocate()
    }

    /// Takes a free slot and fills it, or returns -1 when there is none.
    @inlinable
    public mutating func allocate(_ value: Element) -> Int32 {
        var index = firstFree
        if index >= 0 {
            firstFree = unsafe links[Int(index)]
            unsafe generations[Int(index)] &+= 1
        } else {
            guard untouched < capacity else { return -1 }
            index = untouched
            untouched += 1
            unsafe generations[Int(index)] = 1
        }
        used += 1
        unsafe (elements + Int(index)).initialize(to: value)
        return index
    }

    /// Gives a slot back. Tokens of this use are stale from here on.
    @inlinable
    public mutating func free(_ index: Int32) {
        precondition(isUsed(index), "freed a slot that was free")
        unsafe generations[Int(index)] &+= 1
        unsafe links[Int(index)] = firstFree
        firstFree = index
        used -= 1
    }

    /// The slot's memory, good until the slot is freed.
    @inlinable
    public borrowing func pointer(_ index: Int32) -> UnsafeMutablePointer<Element> {
        assert(isUsed(index))
        return unsafe elements + Int(index)
    }

    /// The token of the slot's present use.
    @inlinable
    public borrowing func token(_ index: Int32) -> Token {
        assert(isUsed(index))
        return Token(index: index, generation: unsafe generations[Int(index)])
    }

    /// True when the token's use of its slot has not ended.
    @inlinable
    public borrowing func isCurrent(_ token: Token) -> Bool {
        let index = token.index
        guard index >= 0, index < untouched else { return false }
        return unsafe generations[Int(index)] == token.generation
    }

    /// True for a slot in use.
    @inlinable
    public borrowing func isUsed(_ index: Int32) -> Bool {
        guard index >= 0, index < untouched else { return false }
        return unsafe generations[Int(index)] & 1 == 1
    }

    /// All slots that were ever used are below this index; for walking over those in use.
    public borrowing func touchedCount() -> Int32 { untouched }
}
