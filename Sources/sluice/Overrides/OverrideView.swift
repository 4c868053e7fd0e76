// What operators said at run time, as a person reads it.

internal import Control

/// Overrides as text.
struct OverrideView {
    private let overrides: [OverrideReport]

    init(_ overrides: [OverrideReport]) { self.overrides = overrides }

    /// A table, with each reason below its row.
    var text: String {
        guard !overrides.isEmpty else { return "no overrides" }
        var table = TextTable(
            columns: [
                .left("BACKEND"), .left("OVERRIDE"), .right("SINCE"), .right("LEFT"), .left("BY"),
            ])
        for override in overrides {
            table.add([
                "\(override.upstream)/\(override.backend)", Self.word(override),
                Quantity.time(override.ageMs / 1000), Self.left(override), override.author,
            ])
        }
        var lines = [table.lines[0]]
        for (override, line) in zip(overrides, table.lines.dropFirst()) {
            lines.append(line)
            if !override.isConfigured { lines.append("    not configured now; waits for it") }
            if let reason = override.reason { lines += Self.wrapped(reason, indent: "    ") }
        }
        return lines.joined(separator: "\n")
    }

    /// One line, or more when the reason is long, for the status of a backend.
    static func note(_ override: OverrideReport) -> [String] {
        let end = override.remainingMs.map { _ in "\(left(override)) left" } ?? "no end"
        let reason = override.reason.map { ": \($0)" } ?? ""
        return wrapped(
            "\(override.backend): \(word(override)) by \(override.author), \(end)\(reason)",
            indent: "  ")
    }

    /// `drain`, `disabled` or `weight 5`.
    private static func word(_ override: OverrideReport) -> String {
        override.weight.map { "\(override.override) \($0)" } ?? override.override
    }

    /// How long it holds yet.
    private static func left(_ override: OverrideReport) -> String {
        override.remainingMs.map { Quantity.time(($0 + 999) / 1000) } ?? "-"
    }

    /// The words of a text in lines of 80 columns at most, unless a word is longer.
    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines = [indent]
        for word in text.split(separator: " ") {
            let isFirst = lines[lines.count - 1].count <= indent.count
            if !isFirst, lines[lines.count - 1].count + 1 + word.count > 80 {
                lines.append("\(indent)  \(word)")
            } else {
                lines[lines.count - 1] += (isFirst ? "" : " ") + word
            }
        }
        return lines
    }
}
