// Hashing and comparing of hosts and paths, eight bytes at a time. A prefix of a path and a suffix
// of a host cost one more multiplication on the way to the hash of the whole.
//
// The seeds are public and fixed: that is safe only because tables are made for their own keys, and
// a key from outside costs one probe and one comparison whatever it hashes to.

/// The hash of routing tables, and how words of bytes are had.
///
/// Of a path: whole words from the left are folded in, then what is left over. Of a host the same
/// from the right. One step multiplies to 128 bits and folds the halves together.
enum RoutingHash {
    /// The first seed that a table is tried with. The next are counted up from it.
    static let seed: UInt64 = 0x736C_7569_6365_3032

    private static let stepFactor: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let endFactor: UInt64 = 0xBF58_476D_1CE4_E5B9

    /// One whole word more.
    static func fold(_ state: UInt64, _ word: UInt64) -> UInt64 {
        multiply(state ^ word, stepFactor)
    }

    /// The hash, given what is left over in the low bytes of a word and the count of all bytes.
    static func finish(_ state: UInt64, _ rest: UInt64, _ count: Int) -> UInt64 {
        multiply(state ^ rest, endFactor ^ UInt64(truncatingIfNeeded: count))
    }

    /// The hash of two numbers.
    static func pair(_ seed: UInt64, _ one: Int32, _ other: Int32) -> UInt64 {
        let word = UInt64(UInt32(bitPattern: one)) << 32 | UInt64(UInt32(bitPattern: other))
        return finish(fold(seed, word), 0, 8)
    }

    private static func multiply(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }

    /// Eight bytes, the first in the lowest place.
    static func word(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> UInt64 {
        UInt64(
            littleEndian: unsafe UnsafeRawPointer(bytes).loadUnaligned(
                fromByteOffset: offset, as: UInt64.self))
    }

    /// Fewer than eight bytes, the first in the lowest place, zeros above; reads none beyond them.
    static func part(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        assert(count >= 0 && count < 8)
        if count >= 4 {
            let raw = unsafe UnsafeRawPointer(bytes)
            let low = UInt32(littleEndian: unsafe raw.loadUnaligned(as: UInt32.self))
            let high = UInt32(
                littleEndian: unsafe raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return UInt64(low) | UInt64(high) &<< UInt64((count &- 4) &* 8)
        }
        if count == 0 { return 0 }
        let middle = count >> 1
        let last = count &- 1
        return UInt64(unsafe bytes[0]) | UInt64(unsafe bytes[middle]) &<< UInt64(middle &* 8)
            | UInt64(unsafe bytes[last]) &<< UInt64(last &* 8)
    }

    /// The top bit of each byte that is `byte`, and no other bit.
    static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
        return ~(((difference & low) &+ low) | difference | low)
    }

    /// The word with its ASCII letters in lower case.
    static func lowercased(_ word: UInt64) -> UInt64 {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        // The top bits of bytes that are "A" or above, and above "Z".
        let atLeastA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        let aboveZ = low &+ 0x2525_2525_2525_2525
        let upper = (atLeastA ^ aboveZ) & ~word & 0x8080_8080_8080_8080
        return word | upper >> 2
    }

    /// Whether bytes are equal.
    static func isEqual(
        _ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        if count < 8 { return unsafe part(one, count) == part(other, count) }
        var offset = 0
        while offset < count &- 8 {
            if unsafe word(one, offset) != word(other, offset) { return false }
            offset &+= 8
        }
        return unsafe word(one, count &- 8) == word(other, count &- 8)
    }

    /// Whether bytes in any case equal others in lower case.
    static func isEqual(
        _ one: UnsafePointer<UInt8>, lowercase other: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        if count < 8 { return unsafe lowercased(part(one, count)) == part(other, count) }
        var offset = 0
        while offset < count &- 8 {
            if unsafe lowercased(word(one, offset)) != word(other, offset) { return false }
            offset &+= 8
        }
        return unsafe lowercased(word(one, count &- 8)) == word(other, count &- 8)
    }

    /// The hash of a path that is all there.
    static func path(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
        guard let base = bytes.baseAddress else { return finish(seed, 0, 0) }
        var state = seed
        var offset = 0
        while offset <= bytes.count - 8 {
            state = fold(state, unsafe word(base, offset))
            offset += 8
        }
        return finish(state, unsafe part(base + offset, bytes.count - offset), bytes.count)
    }

    /// The hash of a host that is all there and in lower case.
    static func host(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
        guard let base = bytes.baseAddress else { return finish(seed, 0, 0) }
        var state = seed
        var end = bytes.count
        while end >= 8 {
            state = fold(state, unsafe word(base, end - 8))
            end -= 8
        }
        return finish(state, unsafe part(base, end), bytes.count)
    }
}
