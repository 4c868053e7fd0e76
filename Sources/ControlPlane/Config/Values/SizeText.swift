// Sizes as people spell them: a whole number and one unit of 1024s.

/// Reads and writes sizes in bytes.
public enum SizeText {
    /// The units, largest first.
    private static let units: [(name: String, shift: Int)] = [
        ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0),
    ]

    /// The first letters of other words for the units, of which the right one is told.
    private static let synonyms = [
        "g": "GiB", "gb": "GiB", "gib": "GiB", "m": "MiB", "mb": "MiB", "mib": "MiB",
        "k": "KiB", "kb": "KiB", "kib": "KiB", "b": "B", "byte": "B", "bytes": "B",
    ]

    private static let form = "write a number and a unit: 512B, 64KiB, 32MiB or 1GiB"

    /// The shortest spelling, in the largest unit that is exact.
    public static func spelling(_ bytes: Int) -> String {
        let unit = units.first { bytes != 0 && bytes & ((1 << $0.shift) - 1) == 0 } ?? units[3]
        return "\(bytes >> unit.shift)\(unit.name)"
    }

    /// The bytes that `text` spells; a refusal says what to write instead.
    public static func parse(_ text: String) throws(Refusal) -> Int {
        let quoted = Visible.quoted(text)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, text.utf8.count <= Limits.durationBytes else {
            throw Refusal("\(quoted) is not a size", suggestion: form)
        }
        guard let count = Int(digits), count <= Int.max >> 30 else {
            throw Refusal("\(quoted) is too large for a size")
        }
        let rest = String(text[digits.endIndex...])
        if let unit = units.first(where: { $0.name == rest }) { return count << unit.shift }
        if rest.isEmpty {
            throw Refusal(
                "\(quoted) has no unit", suggestion: "write \(count)B, \(count)KiB or \(count)MiB")
        }
        if let name = synonyms[rest.drop { $0 == " " }.lowercased()] {
            throw Refusal(
                "\(quoted) has no unit that is known here", suggestion: "write \(count)\(name)")
        }
        throw Refusal("\(quoted) is not a size", suggestion: form)
    }
}
