// Classes of ASCII bytes, so that parsers of values mean 0-9 where they say digit.

extension UInt8 {
    /// 0 to 9.
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// A to Z and a to z.
    var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7a }
    /// 0 to 9, A to F and a to f.
    var isHexDigit: Bool { isDigit || self | 0x20 >= 0x61 && self | 0x20 <= 0x66 }
}
