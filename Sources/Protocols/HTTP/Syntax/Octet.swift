// The octets that HTTP's grammar names, so that no parser spells them as numbers.

/// Octets with a meaning of their own in a head or in chunked framing.
@usableFromInline enum Octet {
    @inline(__always) static var tab: UInt8 { 0x09 }
    @inlinable @inline(__always) static var lineFeed: UInt8 { 0x0A }
    @inlinable @inline(__always) static var carriageReturn: UInt8 { 0x0D }
    @inlinable @inline(__always) static var space: UInt8 { 0x20 }
    @inline(__always) static var quote: UInt8 { 0x22 }
    @inline(__always) static var numberSign: UInt8 { 0x23 }
    @inline(__always) static var percent: UInt8 { 0x25 }
    @inline(__always) static var ampersand: UInt8 { 0x26 }
    @inline(__always) static var asterisk: UInt8 { 0x2A }
    @inline(__always) static var comma: UInt8 { 0x2C }
    @inline(__always) static var dot: UInt8 { 0x2E }
    @inline(__always) static var slash: UInt8 { 0x2F }
    @inlinable @inline(__always) static var zero: UInt8 { 0x30 }
    @inline(__always) static var colon: UInt8 { 0x3A }
    @inline(__always) static var semicolon: UInt8 { 0x3B }
    @inline(__always) static var equals: UInt8 { 0x3D }
    @inline(__always) static var question: UInt8 { 0x3F }
    @inline(__always) static var at: UInt8 { 0x40 }
    @inline(__always) static var openBracket: UInt8 { 0x5B }
    @inline(__always) static var backslash: UInt8 { 0x5C }
    @inline(__always) static var closeBracket: UInt8 { 0x5D }
    @inline(__always) static var delete: UInt8 { 0x7F }

    /// True for SP and HTAB, the whitespace of RFC 9110, section 5.6.3.
    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == space || octet == tab }

    /// True for `0` to `9`.
    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- zero < 10 }

    /// True for what a field value may hold (RFC 9110, section 5.5): visible characters, SP, HTAB
    /// and 0x80 to 0xFF.
    @inline(__always)
    static func isValue(_ octet: UInt8) -> Bool {
        (octet >= space && octet != delete) || octet == tab
    }

    /// The lower-case letter of an upper-case one; every other octet as it is.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }

    /// What a hexadecimal digit stands for. Only for octets of `OctetClass.hexadecimal`.
    @inline(__always)
    static func hexadecimalValue(_ octet: UInt8) -> UInt8 {
        octet <= 0x39 ? octet &- zero : (octet | 0x20) &- 0x57
    }
}
