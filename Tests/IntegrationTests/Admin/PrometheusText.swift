// A strict reader of the Prometheus text format, version 0.0.4: what a scraper would forgive, this
// does not.

/// What an exposition holds, or what is wrong with it.
struct PrometheusText {
    /// A metric family.
    struct Family: Equatable {
        var type = ""
        var help = ""
        var samples = 0
    }

    private(set) var families: [String: Family] = [:]
    /// Values by name and labels, as written.
    private(set) var samples: [String: Double] = [:]
    /// Every breach of the format, with its line.
    private(set) var problems: [String] = []
    private var current = ""

    init(_ text: String) {
        if !text.hasSuffix("\n") { problems.append("the last line has no end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            read(line)
        }
        for (name, family) in families {
            if family.help.isEmpty { problems.append("\(name) has no help") }
            if family.type.isEmpty { problems.append("\(name) has no type") }
            if family.type == "counter", !name.hasSuffix("_total") {
                problems.append("the counter \(name) does not end in _total")
            }
            if family.type == "gauge", name.hasSuffix("_total") {
                problems.append("the gauge \(name) ends in _total")
            }
        }
    }

    private mutating func read(_ line: Substring) {
        if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
            let words = line.dropFirst(7).split(separator: " ", maxSplits: 1)
            guard words.count == 2, Self.isName(words[0]) else { return complain(line) }
            let name = String(words[0])
            var family = families[name] ?? Family()
            if line.hasPrefix("# HELP ") {
                if families[name] != nil { complain(line, "a second HELP, or one behind TYPE") }
                family.help = String(words[1])
            } else {
                if family.samples > 0 || !family.type.isEmpty { complain(line, "a late TYPE") }
                if !["counter", "gauge", "summary", "histogram"].contains(words[1]) {
                    complain(line, "an unknown type")
                }
                family.type = String(words[1])
            }
            families[name] = family
            current = name
        } else {
            readSample(line)
        }
    }

    private mutating func readSample(_ line: Substring) {
        let name = line.prefix { $0 != "{" && $0 != " " }
        guard Self.isName(name) else { return complain(line) }
        var rest = line[name.endIndex...]
        if rest.first == "{" {
            guard let end = Self.endOfLabels(rest) else { return complain(line, "bad labels") }
            rest = rest[end...]
        }
        guard rest.first == " ", let value = Double(rest.dropFirst()) else {
            return complain(line, "not a number")
        }
        var family = String(name)
        if families[family] == nil {
            for suffix in ["_sum", "_count", "_bucket"] where name.hasSuffix(suffix) {
                family = String(name.dropLast(suffix.count))
            }
        }
        guard families[family] != nil, family == current else {
            return complain(line, "not among its family")
        }
        if families[family]?.type == "counter", value < 0 { complain(line, "below zero") }
        families[family]?.samples += 1
        let series = String(line[..<rest.startIndex])
        if samples.updateValue(value, forKey: series) != nil { complain(line, "a second one") }
    }

    /// The index behind `}`; nil unless it is `{name="value",…}` with nothing but \\, \" and \n
    /// escaped.
    private static func endOfLabels(_ text: Substring) -> Substring.Index? {
        var rest = text.dropFirst()
        var names: Set<Substring> = []
        while true {
            let name = rest.prefix { $0 != "=" }
            guard isName(name), !name.contains(":"), names.insert(name).inserted else { return nil }
            rest = rest[name.endIndex...]
            guard rest.hasPrefix("=\"") else { return nil }
            rest = rest.dropFirst(2)
            while let character = rest.popFirst(), character != "\"" {
                if character == "\\" {
                    guard let next = rest.popFirst(), "\\\"n".contains(next) else { return nil }
                }
            }
            switch rest.popFirst() {
            case "}": return rest.startIndex
            case ",": continue
            default: return nil
            }
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || $0 == 0x5f || $0 == 0x3a
        }
    }

    private mutating func complain(_ line: Substring, _ what: String = "not understood") {
        problems.append("\(what): \(line)")
    }
}
