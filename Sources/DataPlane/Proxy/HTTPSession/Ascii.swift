// Octets that heads are made of.

/// ASCII codes by name.
enum Ascii {
    static var space: UInt8 { 0x20 }
    static var quote: UInt8 { 0x22 }
    /// A letter's lower-case form; anything else as it is.
    static func lowercased(_ octet: UInt8) -> UInt8 {
        (0x41...0x5A).contains(octet) ? octet | 0x20 : octet
    }

    static var comma: UInt8 { 0x2C }
    static var dot: UInt8 { 0x2E }
    static var slash: UInt8 { 0x2F }
    static var zero: UInt8 { 0x30 }
    static var colon: UInt8 { 0x3A }
    static var question: UInt8 { 0x3F }
    static var bracket: UInt8 { 0x5B }
    static var closingBracket: UInt8 { 0x5D }
}
