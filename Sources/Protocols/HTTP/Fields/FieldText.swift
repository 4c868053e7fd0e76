// Comparing texts of heads without regard to case.

/// Texts of heads.
public enum FieldText {
    /// True when two texts are equal but for the case of ASCII letters.
    public static func isEqual(
        _ one: UnsafePointer<UInt8>, count: Int, to other: UnsafePointer<UInt8>,
        count otherCount: Int
    ) -> Bool {
        guard count == otherCount else { return false }
        for index in 0..<count {
            let octet = unsafe one[index]
            let expected = unsafe other[index]
            guard octet == expected || Octet.lowercased(octet) == Octet.lowercased(expected) else {
                return false
            }
        }
        return true
    }

    /// True when a text is the literal but for the case of ASCII letters.
    @inline(__always)
    public static func isEqual(
        _ bytes: UnsafePointer<UInt8>, count: Int, to text: StaticString
    ) -> Bool {
        unsafe isEqual(bytes, count: count, to: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
