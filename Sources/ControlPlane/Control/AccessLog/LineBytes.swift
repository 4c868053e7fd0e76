// Bytes of lines under way. An array would check who shares it for each byte that is added, which
// was half the cost of an access line.

/// Memory that bytes are added to. It grows and never shrinks.
@safe struct LineBytes: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes there are.
    private(set) var count = 0

    /// No bytes, with room for so many.
    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit { unsafe base.deallocate() }

    /// All of them, good until the next change.
    var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Forgets the bytes and keeps their memory.
    mutating func removeAll() { count = 0 }

    /// Adds a byte.
    mutating func append(_ byte: UInt8) {
        makeRoom(1)
        unsafe base[count] = byte
        count &+= 1
    }

    /// Adds bytes.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        makeRoom(bytes.count)
        unsafe UnsafeMutableRawPointer(base + count).copyMemory(
            from: start, byteCount: bytes.count)
        count &+= bytes.count
    }

    /// Adds text of ours.
    mutating func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds the digits of a number.
    mutating func append(number: UInt64) {
        makeRoom(20)
        var end = count
        var limit = number
        repeat {
            end &+= 1
            limit /= 10
        } while limit > 0
        var rest = number
        var place = end
        while place > count {
            place &-= 1
            unsafe base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count = end
    }

    /// Adds three digits of a number below 1000.
    mutating func append(threeDigits number: UInt32) {
        assert(number < 1000)
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 100))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10 % 10))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Puts another byte in a place.
    mutating func replace(at index: Int, by byte: UInt8) {
        precondition(index >= 0 && index < count)
        unsafe base[index] = byte
    }

    private mutating func makeRoom(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe memory.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = memory
        capacity = larger
    }
}
