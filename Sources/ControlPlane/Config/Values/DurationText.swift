// Durations as people spell them: a whole number and one unit.

/// Reads and writes durations.
public enum DurationText {
    /// The units, longest first, in milliseconds.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Other words for the units, of which the right one is told.
    private static let synonyms = [
        "days": "d", "day": "d", "hours": "h", "hour": "h", "hrs": "h", "hr": "h",
        "minutes": "m", "minute": "m", "mins": "m", "min": "m",
        "seconds": "s", "second": "s", "secs": "s", "sec": "s",
        "milliseconds": "ms", "millisecond": "ms", "millis": "ms", "msec": "ms",
        "D": "d", "H": "h", "S": "s", "MS": "ms", "Ms": "ms",
    ]

    private static let form = "write a number and a unit: 500ms, 2s, 5m, 1h or 1d"

    /// The shortest spelling, in the largest unit that is exact.
    public static func spelling(_ duration: Duration) -> String {
        let milliseconds = milliseconds(duration)
        guard milliseconds != 0 else { return "0s" }
        let unit = units.first { milliseconds % $0.milliseconds == 0 } ?? units[4]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    /// Whole milliseconds of a duration.
    static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// The duration that `text` spells; a refusal says what to write instead.
    public static func parse(_ text: String) throws(Refusal) -> Duration {
        var quoted: String { Visible.quoted(text) }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text[digits.endIndex...]
        guard !digits.isEmpty, text.utf8.count <= Limits.durationBytes else {
            throw Refusal("\(quoted) is not a duration", suggestion: form)
        }
        guard let count = Int64(digits), count <= Int64.max / 86_400_000 else {
            throw Refusal("\(quoted) is too long for a duration")
        }
        if rest.isEmpty {
            throw Refusal(
                "\(quoted) has no unit",
                suggestion: "write \(count)s, \(count)ms, \(count)m, \(count)h or \(count)d")
        }
        if let unit = units.first(where: { $0.name == rest }) {
            return .milliseconds(count * unit.milliseconds)
        }
        let word = rest.drop { $0 == " " }
        if let name = synonyms[String(word)] ?? units.first(where: { $0.name == word })?.name {
            throw Refusal(
                "\(quoted) has no unit that is known here", suggestion: "write \(count)\(name)")
        }
        if let sum = sum(text) {
            throw Refusal(
                "\(quoted) is not one whole number with one unit",
                suggestion: "write \(spelling(.milliseconds(sum)))")
        }
        throw Refusal("\(quoted) is not a duration", suggestion: form)
    }

    /// Milliseconds in `1m30s` and `1.5s`, which are understood only to say how they are spelled.
    private static func sum(_ text: String) -> Int64? {
        var rest = text[...]
        var total: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest[number.endIndex...]
            let word = rest.prefix { $0.isLetter }
            rest = rest[word.endIndex...]
            guard number.utf8.count <= 9, let count = Double(number), count >= 0,
                let unit = units.first(where: { $0.name == word })
            else { return nil }
            let exact = count * Double(unit.milliseconds)
            guard exact == exact.rounded(), exact < 1e15 else { return nil }
            total += Int64(exact)
        }
        return total
    }
}
