// One piece of memory that all tables of a route table live in, and that is freed at once.

/// Memory outside Swift's heap, filled from its beginning. Control plane.
@safe
struct TableBlock: ~Copyable {
    /// Where it begins. Whoever made the block frees it.
    let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private var used = 0

    /// Everything begins at a multiple of this.
    static let alignment = 16

    /// Reserves memory for what `byteCount(of:)` says, summed.
    init(byteCount: Int) {
        self.byteCount = byteCount
        unsafe base = .allocate(byteCount: byteCount, alignment: Self.alignment)
    }

    /// What some elements take, with what brings the next ones to their place.
    static func byteCount<Element: BitwiseCopyable>(of elements: [Element]) -> Int {
        byteCount(of: Element.self, count: elements.count)
    }

    /// The same of elements that aren't made yet.
    static func byteCount<Element: BitwiseCopyable>(of type: Element.Type, count: Int) -> Int {
        let exact = count * MemoryLayout<Element>.stride
        return (exact + alignment - 1) & ~(alignment - 1)
    }

    /// Puts elements in and says where.
    mutating func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let size = Self.byteCount(of: elements)
        precondition(size <= byteCount - used, "the block was reckoned too small")
        let place = unsafe (base + used).bindMemory(to: Element.self, capacity: elements.count)
        for (position, element) in elements.enumerated() {
            unsafe (place + position).initialize(to: element)
        }
        used += size
        return unsafe UnsafePointer(place)
    }
}
