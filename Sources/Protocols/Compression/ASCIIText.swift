// Comparing what was received with words of ours, without regard to case.

/// Bytes as words of ASCII.
enum ASCIIText {
    /// A letter in lower case, any other byte as it is.
    static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// True when the bytes are the word, which is in lower case.
    static func equals(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ word: StaticString
    ) -> Bool {
        unsafe equals(bytes, count, word.utf8Start, word.utf8CodeUnitCount)
    }

    /// True when the bytes are those of `other`, which are in lower case.
    static func equals(
        _ bytes: UnsafePointer<UInt8>, _ count: Int,
        _ other: UnsafePointer<UInt8>, _ otherCount: Int
    ) -> Bool {
        guard count == otherCount else { return false }
        for index in 0..<count {
            guard unsafe lower(bytes[index]) == other[index] else { return false }
        }
        return true
    }
}
