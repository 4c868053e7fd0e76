// Field values that are lists, element by element.

/// The elements of a comma-separated field value (RFC 9110, section 5.6.1). Whitespace around them
/// is left out, empty ones are passed over, and a comma within a quoted string parts nothing.
@safe public struct HeaderList: BitwiseCopyable {
    private let bytes: UnsafePointer<UInt8>
    private var offset: Int
    private let end: Int

    /// The list that is the value at `range` of `bytes`.
    @inline(__always)
    public init(_ bytes: UnsafePointer<UInt8>, range: HeadRange) {
        unsafe self.bytes = bytes
        offset = Int(range.start)
        end = range.end
    }

    /// The next element, or `HeadRange.missing` after the last. A quoted string that does not end
    /// goes on to the end of the value.
    public mutating func next() -> HeadRange {
        while true {
            while offset < end, isGap(unsafe bytes[offset]) { offset += 1 }
            guard offset < end else { return .missing }
            let start = offset
            while offset < end, unsafe bytes[offset] != Octet.comma {
                if unsafe bytes[offset] == Octet.quote { skipQuoted() } else { offset += 1 }
            }
            var last = offset
            while last > start, Octet.isBlank(unsafe bytes[last - 1]) { last -= 1 }
            return HeadRange(from: start, to: last)
        }
    }

    private func isGap(_ octet: UInt8) -> Bool { octet == Octet.comma || Octet.isBlank(octet) }

    /// Goes past a quoted string (RFC 9110, section 5.6.4).
    private mutating func skipQuoted() {
        offset += 1
        while offset < end {
            let octet = unsafe bytes[offset]
            offset += octet == Octet.backslash && offset + 1 < end ? 2 : 1
            if octet == Octet.quote { return }
        }
    }
}
