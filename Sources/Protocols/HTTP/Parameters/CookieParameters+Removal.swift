// A Cookie field without one of its cookies.

extension CookieParameters {
    /// Writes a Cookie field of value `value` without the cookies of that name: nothing when it has
    /// no others. The others stay as they came.
    public static func write(
        _ value: HeadRange, of bytes: UnsafePointer<UInt8>, without name: UnsafePointer<UInt8>,
        count: Int, to writer: inout HeadWriter
    ) {
        var at = Int(value.start)
        let end = value.end
        var isFirst = true
        while at < end {
            while at < end, Octet.isBlank(unsafe bytes[at]) { at += 1 }
            let start = at
            var nameEnd = -1
            while at < end, unsafe bytes[at] != Octet.semicolon {
                if nameEnd < 0, unsafe bytes[at] == Octet.equals { nameEnd = at }
                at += 1
            }
            let isNamed =
                unsafe nameEnd >= 0
                && NameWords.isSame(bytes + start, count: nameEnd - start, name, count)
            if at > start, !isNamed {
                writer.append(isFirst ? "Cookie: " : "; ")
                unsafe writer.append(bytes + start, count: at - start)
                isFirst = false
            }
            at += 1
        }
        if !isFirst { writer.endLine() }
    }
}
