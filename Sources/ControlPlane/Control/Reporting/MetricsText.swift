// The Prometheus text format, version 0.0.4: what its writers must get right, and no metric of
// ours.

/// Builds an exposition, one family at a time.
struct MetricsText {
    /// What a family measures.
    enum Kind: String {
        /// Only grows; its name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        /// Sums and counts.
        case summary
        /// Counts of values up to bounds, with their sum.
        case histogram
    }

    private(set) var text = ""
    private var family = ""

    /// Starts a family; its samples follow.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        assert(kind != .counter || name.hasSuffix("_total"))
        family = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample of the present family. `suffix` is for the parts of a summary.
    mutating func add(
        _ value: some CustomStringConvertible, _ labels: [(String, String)] = [],
        suffix: String = ""
    ) {
        text += family
        text += suffix
        if !labels.isEmpty {
            var separator = "{"
            for (name, content) in labels {
                text += separator
                text += name
                text += "=\""
                text += Self.escaped(content)
                text += "\""
                separator = ","
            }
            text += "}"
        }
        text += " \(value)\n"
    }

    /// A family of one sample.
    mutating func single(
        _ name: String, _ kind: Kind, _ help: String, _ value: some CustomStringConvertible
    ) {
        begin(name, kind, help)
        add(value)
    }

    private static func escaped(_ content: String) -> String {
        guard content.utf8.contains(where: { $0 == 0x5c || $0 == 0x22 || $0 == 0x0a }) else {
            return content
        }
        var result = ""
        // By scalars: a quote with an accent, or a carriage return with a newline, is one
        // Character.
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
