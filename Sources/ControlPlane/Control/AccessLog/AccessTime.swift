// The times of access lines. Many fall into one second, so its text is made once.

/// Points in time as access lines write them.
struct AccessTime {
    private var second: UInt64 = .max
    /// `2026-01-31T12:00:00.`, without what follows the point.
    private var rfc: [UInt8] = []
    /// `31/Jan/2026:12:00:00 +0000`
    private var common: [UInt8] = []

    private static let months: [[UInt8]] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// Adds `2026-01-31T12:00:00.123Z` of nanoseconds since 1970 (RFC 3339).
    mutating func appendRFC(_ nanoseconds: UInt64, to line: inout LineBytes) {
        prepare(nanoseconds)
        unsafe rfc.withUnsafeBytes { unsafe line.append($0) }
        line.append(threeDigits: UInt32(nanoseconds / 1_000_000 % 1000))
        line.append(UInt8(ascii: "Z"))
    }

    /// Adds `31/Jan/2026:12:00:00 +0000`.
    mutating func appendCommon(_ nanoseconds: UInt64, to line: inout LineBytes) {
        prepare(nanoseconds)
        unsafe common.withUnsafeBytes { unsafe line.append($0) }
    }

    private mutating func prepare(_ nanoseconds: UInt64) {
        guard nanoseconds / 1_000_000_000 != second else { return }
        second = nanoseconds / 1_000_000_000
        let text = Array(Timestamp.text(nanoseconds).utf8)
        rfc = Array(text.prefix(20))
        let month = Int(text[5] - UInt8(ascii: "0")) * 10 + Int(text[6] - UInt8(ascii: "0"))
        common = text[8..<10] + [UInt8(ascii: "/")] + Self.months[month - 1]
        common += [UInt8(ascii: "/")] + text[0..<4] + [UInt8(ascii: ":")] + text[11..<19]
        common += Array(" +0000".utf8)
    }
}
