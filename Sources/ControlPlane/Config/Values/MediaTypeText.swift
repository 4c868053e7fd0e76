// Media types (RFC 9110, section 8.3.1), for what is compressed and for what a body is.

/// Reads media types.
enum MediaTypeText {
    /// `text/html` or `text/*` in lower case.
    static func range(_ text: String) throws(Refusal) -> String {
        if let semicolon = text.firstIndex(of: ";") {
            let bare = text[..<semicolon].drop { $0 == " " }
            throw Refusal(
                "\(Visible.quoted(text)) has parameters, which do not matter here",
                suggestion:
                    "write \(Visible.text(bare.split(separator: " ").first.map(String.init) ?? ""))"
            )
        }
        guard isType(text), !text.hasPrefix("*/") || text == "*/*" else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a media type",
                suggestion: "write one such as application/json or text/*")
        }
        return text.lowercased()
    }

    /// A `Content-Type` with or without parameters, as it is.
    static func contentType(_ text: String) throws(Refusal) -> String {
        try FieldText.refuseControls(in: text, of: "the media type")
        let type = text.prefix { $0 != ";" }
        let bare = type.split(separator: " ")
        guard bare.count == 1, isType(String(bare[0])), !text.contains("*"),
            text.utf8.allSatisfy({ $0 < 0x80 })
        else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a media type",
                suggestion: "write one such as application/json or \"text/html; charset=utf-8\"")
        }
        return text
    }

    private static func isType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(FieldText.isToken) }
            && text.utf8.count <= Limits.fieldNameBytes
    }
}
