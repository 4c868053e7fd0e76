// Which content codings a client takes, as far as we have them: gzip or none (RFC 9110, section
// 12.5.3).

/// What a request's Accept-Encoding fields say of gzip. A request may have several, which are one
/// list.
public struct AcceptEncoding: BitwiseCopyable, Sendable {
    /// Weights in thousandths; -1 for what was not mentioned.
    private var gzip: Int16 = -1
    private var identity: Int16 = -1
    private var other: Int16 = -1
    /// Something was not well-formed: nothing is believed then.
    private var isMalformed = false

    /// No field yet.
    public init() {}

    /// True when the client takes gzip and would not rather have the response as it is. Without a
    /// word on gzip a client gets none.
    public var prefersGzip: Bool {
        guard !isMalformed else { return false }
        let weight = gzip >= 0 ? gzip : other
        let plain = identity >= 0 ? identity : other
        return weight > 0 && weight >= plain
    }

    /// Takes the value of one field.
    public mutating func add(_ value: UnsafePointer<UInt8>, count: Int) {
        var index = 0
        while index < count {
            unsafe Self.skipSpace(value, count, &index)
            let start = index
            while index < count, unsafe Self.isToken(value[index]) { index += 1 }
            let end = index
            unsafe Self.skipSpace(value, count, &index)
            var weight: Int16 = 1000
            let hasWeight = unsafe index < count && value[index] == UInt8(ascii: ";")
            if hasWeight {
                index += 1
                weight = unsafe Self.weight(value, count, &index)
                unsafe Self.skipSpace(value, count, &index)
            }
            let isEnded = unsafe index == count || value[index] == UInt8(ascii: ",")
            // An empty element is nothing (section 5.6.1.2), unless it has a weight.
            guard isEnded, weight >= 0, end > start || !hasWeight else {
                isMalformed = true
                return
            }
            index += 1
            if end > start { unsafe note(value + start, end - start, weight) }
        }
    }

    /// Of two weights for one coding the lower one counts.
    private mutating func note(_ name: UnsafePointer<UInt8>, _ count: Int, _ weight: Int16) {
        func lower(_ known: Int16) -> Int16 { known < 0 ? weight : min(known, weight) }
        if unsafe count == 1 && name[0] == UInt8(ascii: "*") {
            other = lower(other)
        } else if unsafe ASCIIText.equals(name, count, "gzip")
            || ASCIIText.equals(name, count, "x-gzip")
        {
            gzip = lower(gzip)
        } else if unsafe ASCIIText.equals(name, count, "identity") {
            identity = lower(identity)
        }
    }

    /// A weight after its semicolon (section 12.4.2) in thousandths, or -1.
    private static func weight(
        _ value: UnsafePointer<UInt8>, _ count: Int, _ index: inout Int
    ) -> Int16 {
        unsafe skipSpace(value, count, &index)
        guard index + 2 < count, unsafe value[index] | 0x20 == UInt8(ascii: "q"),
            unsafe value[index + 1] == UInt8(ascii: "=")
        else { return -1 }
        let first = unsafe value[index + 2]
        guard first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else { return -1 }
        var weight = Int16(first - UInt8(ascii: "0")) * 1000
        index += 3
        guard index < count, unsafe value[index] == UInt8(ascii: ".") else { return weight }
        index += 1
        var place: Int16 = 100
        while index < count, unsafe value[index] >= UInt8(ascii: "0"),
            unsafe value[index] <= UInt8(ascii: "9")
        {
            guard place > 0 else { return -1 }
            weight += Int16(unsafe value[index] - UInt8(ascii: "0")) * place
            place /= 10
            index += 1
        }
        return weight <= 1000 ? weight : -1
    }

    private static func skipSpace(
        _ value: UnsafePointer<UInt8>, _ count: Int, _ index: inout Int
    ) {
        while index < count,
            unsafe value[index] == UInt8(ascii: " ") || value[index] == UInt8(ascii: "\t")
        {
            index += 1
        }
    }

    /// True for characters of tokens (section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"),
            UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
