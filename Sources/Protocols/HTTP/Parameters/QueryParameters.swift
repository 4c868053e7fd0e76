// One parameter out of a query, for routes and keys.

/// Queries of the form `name=value&name=value`.
public enum QueryParameters {
    /// Where the value of the first parameter of that name is, as it was written, or
    /// `HeadRange.missing`. Names are compared octet by octet, escapes as they are. A parameter
    /// without `=` has an empty value. Both ranges are into `bytes`. Nothing is allocated.
    public static func find(
        _ name: UnsafePointer<UInt8>, count: Int, in bytes: UnsafePointer<UInt8>, query: HeadRange
    ) -> HeadRange {
        var at = Int(query.start)
        let end = query.end
        while at < end {
            let start = at
            var equals = -1
            while at < end, unsafe bytes[at] != Octet.ampersand {
                if equals < 0, unsafe bytes[at] == Octet.equals { equals = at }
                at += 1
            }
            let nameEnd = equals < 0 ? at : equals
            if unsafe NameWords.isSame(bytes + start, count: nameEnd - start, name, count) {
                return HeadRange(from: equals < 0 ? at : equals + 1, to: at)
            }
            at += 1
        }
        return .missing
    }
}
