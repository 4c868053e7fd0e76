// Paths in one spelling, to be compared with those of routes.

/// Percent-escapes of a path that the parser let through, so that each has two digits.
public enum PathEscapes {
    /// Writes a path with the escapes of unreserved characters decoded (RFC 3986, section 6.2.2.2)
    /// and all others in upper-case digits (section 6.2.2.1): `%2F` stays, for it parts no
    /// segments. Returns how many octets were written, never more than `count`; `target` has room
    /// for as many and may not overlap the path.
    public static func decode(
        _ path: UnsafePointer<UInt8>, count: Int, into target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var written = 0
        var at = 0
        while at < count {
            let octet = unsafe path[at]
            guard octet == Octet.percent, at + 2 < count,
                OctetClass.hexadecimal.contains(unsafe path[at + 1]),
                OctetClass.hexadecimal.contains(unsafe path[at + 2])
            else {
                unsafe target[written] = octet
                written += 1
                at += 1
                continue
            }
            let high = Octet.hexadecimalValue(unsafe path[at + 1])
            let low = Octet.hexadecimalValue(unsafe path[at + 2])
            let decoded = high << 4 | low
            if OctetClass.unreserved.contains(decoded) {
                unsafe target[written] = decoded
                written += 1
            } else {
                unsafe target[written] = octet
                unsafe target[written + 1] = uppercaseDigit(high)
                unsafe target[written + 2] = uppercaseDigit(low)
                written += 3
            }
            at += 3
        }
        return written
    }

    private static func uppercaseDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? Octet.zero + value : 0x37 + value
    }
}
