// Heads are written into memory that the caller has, never beyond it. What is written is not
// checked: names and values come from a parsed head or from literals.

/// Appends octets to a buffer with a bound. What would not fit is left out, whole, and
/// `hasOverflowed` then stays true: the caller looks once, at the end.
@safe public struct HeadWriter: BitwiseCopyable {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// Octets written so far.
    public private(set) var count = 0
    /// True once something did not fit. What was written then is no head.
    public private(set) var hasOverflowed = false

    /// A writer to `capacity` octets at `bytes`, which has to outlive it.
    @inline(__always)
    public init(_ bytes: UnsafeMutablePointer<UInt8>, capacity: Int) {
        precondition(capacity >= 0)
        unsafe self.bytes = bytes
        self.capacity = capacity
    }

    /// Makes room for so many octets more. False when there isn't any.
    @inline(__always)
    private mutating func reserve(_ more: Int) -> Bool {
        guard !hasOverflowed, more <= capacity &- count else {
            hasOverflowed = true
            return false
        }
        return true
    }

    /// Appends one octet.
    @inline(__always)
    public mutating func append(_ octet: UInt8) {
        guard reserve(1) else { return }
        unsafe bytes[count] = octet
        count &+= 1
    }

    /// Appends octets from elsewhere.
    @inline(__always)
    public mutating func append(_ source: UnsafePointer<UInt8>, count more: Int) {
        precondition(more >= 0)
        guard reserve(more) else { return }
        unsafe (bytes + count).update(from: source, count: more)
        count &+= more
    }

    /// Appends what is at a range of another buffer.
    @inline(__always)
    public mutating func append(_ range: HeadRange, of source: UnsafePointer<UInt8>) {
        unsafe append(source + Int(range.start), count: Int(range.count))
    }

    /// Appends a literal.
    @inline(__always)
    public mutating func append(_ text: StaticString) {
        unsafe append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// Appends a number in decimal digits.
    public mutating func appendDecimal(_ number: UInt64) {
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        guard reserve(digits) else { return }
        rest = number
        for index in stride(from: count + digits - 1, through: count, by: -1) {
            unsafe bytes[index] = Octet.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// Appends a number in lower-case hexadecimal digits, as chunk sizes are written.
    public mutating func appendHexadecimal(_ number: UInt64) {
        let digits = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
        guard reserve(digits) else { return }
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - index))) & 15
            unsafe bytes[count + index] = digit < 10 ? Octet.zero + digit : 0x57 + digit
        }
        count += digits
    }

    /// Appends CRLF.
    @inline(__always)
    public mutating func endLine() {
        guard reserve(2) else { return }
        unsafe bytes[count] = Octet.carriageReturn
        unsafe bytes[count &+ 1] = Octet.lineFeed
        count &+= 2
    }
}
