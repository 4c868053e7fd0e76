// Names as machine words: a name of up to 24 octets is compared in three steps at most, and reading
// it never touches an octet beyond it.

/// Reads names as words. Constants are read by the same functions from literals, which the
/// compiler folds to numbers.
enum NameWords {
    /// 0x20 in each octet. Setting these bits makes letters lower-case and leaves digits and `-`
    /// alone; of all token characters only `^` and `_` become others, which no known name has.
    @inline(__always) static var lowercaseBits: UInt64 { 0x2020_2020_2020_2020 }

    /// Eight octets.
    @inline(__always)
    static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        unsafe UInt64(
            littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    /// The octets of a name of 2 to 8 in one word, alike for equal names of equal length.
    @inline(__always)
    static func short(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        if count >= 4 {
            let first = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self)
            let last = unsafe UnsafeRawPointer(bytes + count - 4).loadUnaligned(as: UInt32.self)
            return UInt64(UInt32(littleEndian: first))
                | UInt64(UInt32(littleEndian: last)) &<< 32
        }
        let first = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt16.self)
        return unsafe UInt64(UInt16(littleEndian: first)) | UInt64(bytes[count - 1]) &<< 16
    }

    /// As `short`, of a literal.
    @inline(__always)
    static func short(_ text: StaticString) -> UInt64 {
        unsafe short(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// True for a name of 2 to 8 octets that is `text`, whose length it has, but for the case of
    /// letters. `key` is its `short` with the lower-case bits set.
    @inline(__always)
    static func isShort(_ key: UInt64, _ text: StaticString) -> Bool {
        key == short(text) | lowercaseBits
    }

    /// True when `bytes` has 8 to 24 octets as `text` has, as many as that, but for the case of
    /// letters. `text` has nothing but lower-case letters, digits and `-`.
    @inline(__always)
    static func isLong(_ bytes: UnsafePointer<UInt8>, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        let other = unsafe text.utf8Start
        // The last eight octets first: they differ most.
        let last = unsafe word(bytes + count - 8) | lowercaseBits
        guard unsafe last == word(other + count - 8) else { return false }
        guard unsafe word(bytes) | lowercaseBits == word(other) else { return false }
        guard count > 16 else { return true }
        return unsafe word(bytes + 8) | lowercaseBits == word(other + 8)
    }

    /// True when two texts are the same, octet by octet.
    static func isSame(
        _ one: UnsafePointer<UInt8>, count: Int, _ other: UnsafePointer<UInt8>, _ otherCount: Int
    ) -> Bool {
        guard count == otherCount else { return false }
        for index in 0..<count {
            guard unsafe one[index] == other[index] else { return false }
        }
        return true
    }
}
