// The protocols of an Upgrade field. HTTP/2 is none that a request may ask a backend for: on such a
// connection a client could send whatever requests it likes past all that looks at them here.

/// The list that is the value of Upgrade (RFC 9110, section 7.8).
public enum UpgradeProtocols {
    /// True for a protocol that is HTTP/2 without TLS, in whatever case or version (RFC 7540,
    /// section 3.2).
    static func isHTTP2(_ bytes: UnsafePointer<UInt8>, _ range: HeadRange) -> Bool {
        let start = unsafe bytes + Int(range.start)
        var count = 0
        while count < Int(range.count), unsafe start[count] != Octet.slash { count += 1 }
        return unsafe FieldText.isEqual(start, count: count, to: "h2c")
    }

    /// Writes those of a value that are not HTTP/2.
    public static func write(
        _ value: HeadRange, of bytes: UnsafePointer<UInt8>, to writer: inout HeadWriter
    ) {
        var protocols = unsafe HeaderList(bytes, range: value)
        var isFirst = true
        while case let range = protocols.next(), !range.isMissing {
            if unsafe isHTTP2(bytes, range) { continue }
            if !isFirst { writer.append(", ") }
            unsafe writer.append(range, of: bytes)
            isFirst = false
        }
    }
}
