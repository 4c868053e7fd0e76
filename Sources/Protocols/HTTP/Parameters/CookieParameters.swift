// One cookie out of a Cookie field, for routes and keys.

/// Values of Cookie: `name=value; name=value` (RFC 6265, section 4.2.1).
public enum CookieParameters {
    /// Where the value of the first cookie of that name is, without quotes around it, or
    /// `HeadRange.missing`. Names are compared octet by octet. Both ranges are into `bytes`. Nothing
    /// is allocated.
    public static func find(
        _ name: UnsafePointer<UInt8>, count: Int, in bytes: UnsafePointer<UInt8>, value: HeadRange
    ) -> HeadRange {
        var at = Int(value.start)
        let end = value.end
        while at < end {
            while at < end, Octet.isBlank(unsafe bytes[at]) { at += 1 }
            let start = at
            var equals = -1
            while at < end, unsafe bytes[at] != Octet.semicolon {
                if equals < 0, unsafe bytes[at] == Octet.equals { equals = at }
                at += 1
            }
            if equals >= 0,
                unsafe NameWords.isSame(bytes + start, count: equals - start, name, count)
            {
                return unsafe trimmed(bytes, from: equals + 1, to: at)
            }
            at += 1
        }
        return .missing
    }

    private static func trimmed(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> HeadRange {
        var start = start
        var end = end
        while start < end, Octet.isBlank(unsafe bytes[end - 1]) { end -= 1 }
        if end - start >= 2, unsafe bytes[start] == Octet.quote,
            unsafe bytes[end - 1] == Octet.quote
        {
            start += 1
            end -= 1
        }
        return HeadRange(from: start, to: end)
    }
}
