// Text of unknown origin made fit for a terminal and a message.

/// Shows characters that have no shape of their own, or change the shape of others, as escapes.
enum Visible {
    /// The scalar, four blanks for a tab, or an escape such as `\u{1B}`.
    static func scalar(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return "    " }
        if scalar.isASCII, scalar.value >= 0x20, scalar.value < 0x7f { return String(scalar) }
        switch scalar.properties.generalCategory {
        // A blank that is not the ASCII one, a mark that would sit on its neighbour, a direction
        // override: whoever debugs a file wants to see that it is there.
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator, .nonspacingMark, .enclosingMark:
            return "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default:
            return String(scalar)
        }
    }

    /// `text` with every such character escaped, tabs included.
    static func text(_ text: String) -> String {
        // Nearly all text is plain.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
        return text.unicodeScalars.map { $0 == "\t" ? "\\t" : scalar($0) }.joined()
    }

    /// `text` in single quotes, escaped, and cut when it is long.
    static func quoted(_ text: some StringProtocol) -> String {
        let head = text.unicodeScalars.prefix(Limits.quotation + 1)
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: head.prefix(Limits.quotation))
        let shown = Visible.text(String(kept))
        return "'" + shown + (head.count > Limits.quotation ? "…" : "") + "'"
    }
}
