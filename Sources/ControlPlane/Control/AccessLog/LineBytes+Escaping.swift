// How text that a client chose becomes part of a line, so that it can neither end the line nor pass
// for another part of it.

extension LineBytes {
    /// Adds the inside of a JSON string. Control characters, and what some readers take for the
    /// end of a line, are escaped (RFC 8259, section 7); what is not UTF-8 (RFC 3629) becomes
    /// U+FFFD, byte by byte.
    mutating func append(jsonEscaping text: UnsafeRawBufferPointer) {
        var index = 0
        var plain = 0
        while index < text.count {
            index = unsafe Self.plainEnd(text, from: index)
            guard index < text.count else { break }
            let byte = unsafe text[index]
            if byte >= 0x80 {
                let (length, scalar) = unsafe Self.decode(text, at: index)
                if length > 0, scalar > 0x9f, scalar != 0x2028, scalar != 0x2029 {
                    index += length
                    continue
                }
                unsafe append(UnsafeRawBufferPointer(rebasing: text[plain..<index]))
                appendUnicode(length > 0 ? scalar : 0xfffd)
                index += max(1, length)
            } else {
                unsafe append(UnsafeRawBufferPointer(rebasing: text[plain..<index]))
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    append(UInt8(ascii: "\\"))
                    append(byte)
                case UInt8(ascii: "\n"): append("\\n")
                case UInt8(ascii: "\r"): append("\\r")
                case UInt8(ascii: "\t"): append("\\t")
                default: appendUnicode(UInt32(byte))
                }
                index += 1
            }
            plain = index
        }
        unsafe append(UnsafeRawBufferPointer(rebasing: text[plain..<index]))
    }

    /// Adds printable ASCII but quotes and backslashes as it is. Any other byte becomes `\xNN`, as
    /// nginx does it.
    mutating func append(textEscaping text: UnsafeRawBufferPointer) {
        var plain = 0
        while true {
            let end = unsafe Self.plainEnd(text, from: plain)
            unsafe append(UnsafeRawBufferPointer(rebasing: text[plain..<end]))
            guard end < text.count else { return }
            let byte = unsafe text[end]
            append("\\x")
            append(Self.digit(UInt32(byte) >> 4))
            append(Self.digit(UInt32(byte) & 15))
            plain = end + 1
        }
    }

    /// The first byte from `start` on that is not printable ASCII, or a quote or backslash; else
    /// the end. It looks at eight bytes at a time.
    private static func plainEnd(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index + 8 <= text.count {
            let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // A byte's top bit comes out of a subtraction when the byte was smaller, or the one
            // below it borrowed; either way it is looked at on its own.
            let low = (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones)
            guard (low | word | (word &+ ones)) & tops == 0 else { break }
            index += 8
        }
        while index < text.count {
            let byte = unsafe text[index]
            let isPlain =
                byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"")
                && byte != UInt8(ascii: "\\")
            guard isPlain else { break }
            index += 1
        }
        return index
    }

    /// The scalar that begins at `index`, and its bytes; none when they are not well-formed
    /// (Unicode Standard, table 3-7).
    private static func decode(
        _ text: UnsafeRawBufferPointer, at index: Int
    ) -> (length: Int, scalar: UInt32) {
        let first = unsafe text[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch first {
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef:
            length = 3
            if first == 0xe0 { second = 0xa0...0xbf }
            if first == 0xed { second = 0x80...0x9f }
        case 0xf0...0xf4:
            length = 4
            if first == 0xf0 { second = 0x90...0xbf }
            if first == 0xf4 { second = 0x80...0x8f }
        default: return (0, 0)
        }
        guard index + length <= text.count else { return (0, 0) }
        var scalar = UInt32(first) & (0x7f >> UInt32(length))
        for offset in 1..<length {
            let byte = unsafe text[index + offset]
            let range = offset == 1 ? second : 0x80...0xbf
            guard range.contains(byte) else { return (0, 0) }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        return (length, scalar)
    }

    private mutating func appendUnicode(_ scalar: UInt32) {
        append("\\u")
        var shift: UInt32 = 16
        while shift > 0 {
            shift -= 4
            append(Self.digit(scalar >> shift & 15, a: "a"))
        }
    }

    private static func digit(_ value: UInt32, a: Unicode.Scalar = "A") -> UInt8 {
        UInt8(value < 10 ? UInt32(UInt8(ascii: "0")) + value : a.value + value - 10)
    }
}
