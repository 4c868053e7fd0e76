// Hosts and ports: of Host, of absolute targets and of CONNECT. What is no host by the strictest
// reading is none: a host is compared octet by octet to choose a route.

/// A host and perhaps a port: `uri-host [ ":" port ]` of RFC 9110, section 4.
struct Authority: BitwiseCopyable {
    /// The host; an IPv6 address has its brackets. May be empty.
    var host = HeadRange()
    /// The port, or 0 when none is said.
    var port: UInt16 = 0

    /// Reads an authority that takes up the octets from `start` to `end`. False when it is none: it
    /// then has a user, a port that is no number from 1 to 65535 written without zeros before it,
    /// a bad IPv6 address, or octets other than `unreserved`. RFC 3986, section 3.2.2, would allow
    /// percent-escapes and punctuation in names, by which one host could be spelled in two ways.
    mutating func read(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
        var at = start
        if start < end, unsafe bytes[start] == Octet.openBracket {
            at = unsafe IPv6Text.end(bytes, from: start + 1, to: end)
            guard at >= 0, at < end, unsafe bytes[at] == Octet.closeBracket else { return false }
            at += 1
        } else {
            while at < end, OctetClass.unreserved.contains(unsafe bytes[at]) { at &+= 1 }
        }
        host = HeadRange(from: start, to: at)
        port = 0
        guard at < end else { return true }
        guard at > start, unsafe bytes[at] == Octet.colon else { return false }
        return unsafe readPort(bytes, from: at + 1, to: end)
    }

    /// Reads a port, or nothing: `http://host:/` has none (RFC 9110, section 4.2.3).
    private mutating func readPort(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Bool {
        guard start < end else { return true }
        guard end - start <= 5, unsafe bytes[start] != Octet.zero else { return false }
        var value: UInt32 = 0
        for at in start..<end {
            guard Octet.isDigit(unsafe bytes[at]) else { return false }
            value = value * 10 + UInt32(unsafe bytes[at] - Octet.zero)
        }
        guard value <= UInt32(UInt16.max) else { return false }
        port = UInt16(value)
        return true
    }

    /// True when both have the same host, but for the case of letters, and the same port, where one
    /// that isn't said is `defaultPort`.
    func agrees(
        with other: Authority, defaultPort: UInt16, in bytes: UnsafePointer<UInt8>
    ) -> Bool {
        let mine = port == 0 ? defaultPort : port
        let others = other.port == 0 ? defaultPort : other.port
        return unsafe mine == others
            && FieldText.isEqual(
                bytes + Int(host.start), count: Int(host.count),
                to: bytes + Int(other.host.start), count: Int(other.host.count))
    }
}
