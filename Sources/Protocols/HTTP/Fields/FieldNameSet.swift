// Sets of known field names in one word.

/// A set of `FieldName`s.
struct FieldNameSet: BitwiseCopyable {
    private var bits: UInt64 = 0

    /// Adds a name.
    @inline(__always)
    mutating func insert(_ name: FieldName) { bits |= 1 &<< UInt64(name.rawValue) }

    /// True when the name is in the set.
    @inline(__always)
    func contains(_ name: FieldName) -> Bool { bits &>> UInt64(name.rawValue) & 1 != 0 }
}
