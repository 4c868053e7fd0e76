// Heads are written into memory that the caller has, never beyond it. What is written is not
// checked: names and values come from a parsed head or from literals.
//
// The small ones are `@inlinable` because they run some forty times for a request: as calls into
// another module they were an eighth of its instructions.

/// Appends octets to a buffer with a bound. What would not fit is left out, whole, and
/// `hasOverflowed` then stays true: the caller looks once, at the end.
@safe public struct HeadWriter: BitwiseCopyable {
    @usableFromInline let bytes: UnsafeMutablePointer<UInt8>
    @usableFromInline let capacity: Int
    @usableFromInline var written = 0
    @usableFromInline var isFull = false

    /// Octets written so far.
    @inlinable @inline(__always)
    public var count: Int { written }

    /// True once something did not fit. What was written then is no head.
    @inlinable @inline(__always)
    public var hasOverflowed: Bool { isFull }

    /// A writer to `capacity` octets at `bytes`, which has to outlive it.
    @inlinable @inline(__always)
    public init(_ bytes: UnsafeMutablePointer<UInt8>, capacity: Int) {
        precondition(capacity >= 0)
        unsafe self.bytes = bytes
        self.capacity = capacity
    }

    /// Makes room for so many octets more. False when there isn't any.
    @inlinable @inline(__always)
    mutating func reserve(_ more: Int) -> Bool {
        guard !isFull, more <= capacity &- written else {
            isFull = true
            return false
        }
        return true
    }

    /// Appends one octet.
    @inlinable @inline(__always)
    public mutating func append(_ octet: UInt8) {
        guard reserve(1) else { return }
        unsafe bytes[written] = octet
        written &+= 1
    }

    /// Appends octets from elsewhere.
    @inlinable @inline(__always)
    public mutating func append(_ source: UnsafePointer<UInt8>, count more: Int) {
        precondition(more >= 0)
        guard reserve(more) else { return }
        unsafe (bytes + written).update(from: source, count: more)
        written &+= more
    }

    /// Appends what is at a range of another buffer.
    @inlinable @inline(__always)
    public mutating func append(_ range: HeadRange, of source: UnsafePointer<UInt8>) {
        unsafe append(source + Int(range.start), count: Int(range.count))
    }

    /// Appends a literal.
    @inlinable @inline(__always)
    public mutating func append(_ text: StaticString) {
        unsafe append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// Appends a number in decimal digits.
    public mutating func appendDecimal(_ number: UInt64) {
        if number < 10 { return append(Octet.zero + UInt8(truncatingIfNeeded: number)) }
        var digits = 1
        var bound: UInt64 = 10
        while number >= bound {
            digits &+= 1
            let (next, isBeyond) = bound.multipliedReportingOverflow(by: 10)
            if isBeyond { break }
            bound = next
        }
        guard reserve(digits) else { return }
        var rest = number
        var place = written &+ digits
        repeat {
            place &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            unsafe bytes[place] = Octet.zero + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while place > written
        written &+= digits
    }

    /// Appends a number in lower-case hexadecimal digits, as chunk sizes are written.
    public mutating func appendHexadecimal(_ number: UInt64) {
        let digits = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
        guard reserve(digits) else { return }
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - index))) & 15
            unsafe bytes[written + index] = digit < 10 ? Octet.zero + digit : 0x57 + digit
        }
        written += digits
    }

    /// Appends CRLF.
    @inlinable @inline(__always)
    public mutating func endLine() {
        guard reserve(2) else { return }
        unsafe bytes[written] = Octet.carriageReturn
        unsafe bytes[written &+ 1] = Octet.lineFeed
        written &+= 2
    }
}
