// Reading of TLS's presentation language (RFC 8446, section 3): numbers and vectors with a length
// before them. The only place where octets of a message are taken by pointer.

/// Octets that are left to read. A read beyond them gives zeros, or no octets, and is remembered,
/// so that a few reads are checked at once.
@safe
struct HelloReader: BitwiseCopyable {
    private var at: UnsafePointer<UInt8>?
    /// How many octets are left; none after a read beyond them.
    private(set) var left: Int
    /// True once more was asked for than there was.
    private(set) var hasFailed = false

    /// Reads some octets.
    init(_ octets: UnsafeBufferPointer<UInt8>) {
        unsafe at = octets.baseAddress
        left = octets.count
    }

    /// What is left to read.
    var octets: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: at, count: left) }

    /// True when all was read and nothing beyond.
    var isDone: Bool { left == 0 && !hasFailed }

    /// One octet.
    @inline(__always)
    mutating func number8() -> Int {
        let start = unsafe take(1)
        guard let start = unsafe start else { return 0 }
        return Int(unsafe start[0])
    }

    /// A number of two octets.
    @inline(__always)
    mutating func number16() -> Int {
        let start = unsafe take(2)
        guard let start = unsafe start else { return 0 }
        return unsafe Int(start[0]) << 8 | Int(start[1])
    }

    /// Passes over some octets.
    @inline(__always)
    mutating func skip(_ count: Int) { _ = unsafe take(count) }

    /// The octets of a vector whose length takes one octet.
    @inline(__always)
    mutating func vector8() -> HelloReader {
        let count = number8()
        return vector(count)
    }

    /// The octets of a vector whose length takes two octets.
    @inline(__always)
    mutating func vector16() -> HelloReader {
        let count = number16()
        return vector(count)
    }

    private mutating func vector(_ count: Int) -> HelloReader {
        let start = unsafe take(count)
        var part = unsafe HelloReader(
            UnsafeBufferPointer(start: start, count: hasFailed ? 0 : count))
        part.hasFailed = hasFailed
        return part
    }

    /// Where the next `count` octets are, which are read by this; nil when there are fewer.
    private mutating func take(_ count: Int) -> UnsafePointer<UInt8>? {
        guard count <= left, let start = unsafe at else {
            // No octets of nothing are there all the same.
            if count > 0 {
                hasFailed = true
                left = 0
            }
            return nil
        }
        unsafe at = start + count
        left &-= count
        return unsafe start
    }
}
