// What a value may look like, without its Swift type: from this come the words of messages, the
// JSON Schema and the reference page.

/// The form of a value in the file.
indirect enum Shape: Sendable {
    /// `true` or `false`.
    case boolean
    /// An integer in a range.
    case integer(ClosedRange<Int>)
    /// A decimal number in a range.
    case number(ClosedRange<Double>)
    /// A duration in a range, in whole multiples of `step`.
    case duration(ClosedRange<Duration>, step: Duration)
    /// Whole percents in a range, with or without the sign.
    case percent(ClosedRange<Int>)
    /// A size in bytes in a range.
    case size(ClosedRange<Int>)
    /// Text of some form: what it is in words, and a regular expression (ECMA 262) it must match.
    case text(String, pattern: String?)
    /// One of some words, with what each means.
    case word([(word: String, meaning: String)])
    /// The word `off`.
    case off
    /// The value `false`.
    case never
    /// One of the two.
    case either(Shape, Shape)
    /// A list of at least one element.
    case list(Shape)
    /// A mapping from names to values of one shape; the words say what is named.
    case named(String, Shape)
    /// A mapping from keys of one shape to values of another; the words say which.
    case keyed(String, key: Shape, value: Shape)
    /// A mapping with keys of its own.
    case section(Outline)

    /// In words: "an integer from 1 to 5".
    var phrase: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "a number from \(Shape.spelling(range.lowerBound)) "
                + "to \(Shape.spelling(range.upperBound))"
        case .duration(let range, let step):
            "a duration from \(DurationText.spelling(range.lowerBound)) "
                + "to \(DurationText.spelling(range.upperBound))"
                + (step > .milliseconds(1) ? " in whole seconds" : "")
        case .percent(let range):
            "a percentage from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "a size from \(SizeText.spelling(range.lowerBound)) "
                + "to \(SizeText.spelling(range.upperBound))"
        case .text(let words, _): words
        case .word(let words):
            (words.count > 1 ? "one of " : "") + words.map(\.word).joined(separator: ", ")
        case .off: "off"
        case .never: "false"
        case .either(let first, let second): "\(first.phrase), or \(second.phrase)"
        case .list(let element): "a list, each element \(element.phrase)"
        case .named(let what, _): "a mapping from names to \(what)"
        case .keyed(let words, _, _): "a mapping from \(words)"
        case .section: "a mapping"
        }
    }

    /// True where a zero is a value like others.
    var takesZero: Bool {
        switch self {
        case .integer(let range), .percent(let range): range.contains(0)
        case .number(let range): range.contains(0)
        default: false
        }
    }

    /// True for a mapping with keys of its own.
    var isSection: Bool { if case .section = self { true } else { false } }

    /// A number without a superfluous fraction.
    static func spelling(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }
}
