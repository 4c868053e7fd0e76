// Writing text into memory of the caller's, which may be too small.

/// A place in a buffer. What does not fit is not written, and `count` then says so.
@safe struct ByteWriter {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var written = 0
    private var hasRoom = true

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        precondition(buffer.count > 0)
        unsafe bytes = buffer.baseAddress!
        capacity = buffer.count
    }

    /// Bytes written; nil when something did not fit.
    var count: Int? { hasRoom ? written : nil }

    mutating func put(_ byte: UInt8) {
        guard written < capacity else {
            hasRoom = false
            return
        }
        unsafe bytes[written] = byte
        written += 1
    }

    mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { unsafe put(text.utf8Start[index]) }
    }

    /// Two digits of hexadecimal, in lower case or in upper.
    mutating func put(hexadecimal byte: UInt8, isUpper: Bool = false) {
        put(digit: byte >> 4, isUpper: isUpper)
        put(digit: byte & 15, isUpper: isUpper)
    }

    private mutating func put(digit: UInt8, isUpper: Bool) {
        let letter = UInt8(ascii: "a") & (isUpper ? ~0x20 : ~0)
        put(digit < 10 ? UInt8(ascii: "0") + digit : letter + digit - 10)
    }

    /// A number in decimal.
    mutating func put(decimal number: UInt8) {
        if number >= 100 { put(UInt8(ascii: "0") + number / 100) }
        if number >= 10 { put(UInt8(ascii: "0") + number / 10 % 10) }
        put(UInt8(ascii: "0") + number % 10)
    }
}
