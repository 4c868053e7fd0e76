// Names and values of header fields, cookies and the like, as HTTP's grammar has them (RFC 9110,
// section 5): what could end a line early, or be read in two ways, is refused here.

/// Reads the pieces that messages are made of.
enum FieldText {
    /// True for the characters of a token (RFC 9110, section 5.6.2).
    static func isToken(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    /// A token that names a `noun`, such as "header field".
    static func name(_ text: String, of noun: String) throws(Refusal) -> String {
        guard !text.isEmpty else { throw Refusal("the name of the \(noun) is empty") }
        if text.hasSuffix(":"), text.utf8.dropLast().allSatisfy(isToken), text.utf8.count > 1 {
            throw Refusal(
                "\(Visible.quoted(text)) is not the name of a \(noun)",
                suggestion: "write \(Visible.text(String(text.dropLast())))")
        }
        guard text.utf8.allSatisfy(isToken) else {
            throw Refusal(
                "\(Visible.quoted(text)) is not the name of a \(noun)",
                suggestion: "use letters, digits and '-', such as "
                    + (noun == "cookie" ? "session-id" : "X-Canary"))
        }
        guard text.utf8.count <= Limits.fieldNameBytes else {
            throw Refusal("the name of the \(noun) is longer than \(Limits.fieldNameBytes) bytes")
        }
        return text
    }

    /// The name of a header field. `*` is a character of a token, but who writes it means a pattern.
    static func header(_ text: String) throws(Refusal) -> String {
        if text.contains("*") {
            throw Refusal(
                "\(Visible.quoted(text)) is not the name of a header field",
                suggestion: "write each name in full")
        }
        return try name(text, of: "header field")
    }

    /// Throws for a character that no value of a field may have (RFC 9110, section 5.5).
    static func refuseControls(in text: String, of noun: String) throws(Refusal) {
        guard let control = text.unicodeScalars.first(where: { JSONText.isControl($0) }) else {
            return
        }
        let digits = String(control.value, radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
        throw Refusal(
            "\(noun) holds the control character U+\(zeros)\(digits)", suggestion: "remove it")
    }
}
