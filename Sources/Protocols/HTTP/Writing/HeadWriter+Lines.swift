// The lines of a head: start lines, fields and the empty line.

extension HeadWriter {
    /// Appends a request line of HTTP/1.1.
    @inlinable @inline(__always)
    public mutating func requestLine(
        method: HeadRange, target: HeadRange, of source: UnsafePointer<UInt8>
    ) {
        unsafe append(method, of: source)
        append(Octet.space)
        unsafe append(target, of: source)
        append(" HTTP/1.1\r\n")
    }

    /// Appends a status line of HTTP/1.1 with a reason from elsewhere. The status has three digits.
    @inlinable @inline(__always)
    public mutating func statusLine(
        _ status: UInt16, reason: HeadRange, of source: UnsafePointer<UInt8>
    ) {
        beginStatusLine(status)
        unsafe append(reason, of: source)
        endLine()
    }

    /// Appends a status line of HTTP/1.1. The status has three digits.
    @inlinable @inline(__always)
    public mutating func statusLine(_ status: UInt16, reason: StaticString) {
        beginStatusLine(status)
        append(reason)
        endLine()
    }

    @inlinable
    mutating func beginStatusLine(_ status: UInt16) {
        precondition(status >= 100 && status <= 999)
        append("HTTP/1.1 ")
        append(Octet.zero + UInt8(status / 100))
        append(Octet.zero + UInt8(status / 10 % 10))
        append(Octet.zero + UInt8(status % 10))
        append(Octet.space)
    }

    /// Appends a field of a parsed head.
    @inlinable @inline(__always)
    public mutating func field(_ field: HeaderField, of source: UnsafePointer<UInt8>) {
        unsafe append(field.name, of: source)
        append(": ")
        unsafe append(field.value, of: source)
        endLine()
    }

    /// Appends a field whose value is a literal.
    @inlinable @inline(__always)
    public mutating func field(_ name: StaticString, _ value: StaticString) {
        beginField(name)
        append(value)
        endLine()
    }

    /// Appends a field whose value comes from elsewhere.
    @inlinable @inline(__always)
    public mutating func field(
        _ name: StaticString, _ value: UnsafePointer<UInt8>, count: Int
    ) {
        beginField(name)
        unsafe append(value, count: count)
        endLine()
    }

    /// Appends a field whose value is a number.
    @inlinable @inline(__always)
    public mutating func field(_ name: StaticString, decimal value: UInt64) {
        beginField(name)
        appendDecimal(value)
        endLine()
    }

    /// Appends the name of a field and what parts it from the value, which the caller appends
    /// before it calls `endLine`.
    @inlinable @inline(__always)
    public mutating func beginField(_ name: StaticString) {
        append(name)
        append(": ")
    }

    /// Appends the empty line that ends a head. Returns how many octets the head has, or -1 when it
    /// did not fit.
    @inlinable @inline(__always)
    public mutating func finish() -> Int {
        endLine()
        return hasOverflowed ? -1 : count
    }
}
