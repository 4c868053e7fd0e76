// Paths of URLs (RFC 3986, section 3.3), in the one form in which requests are let in.

/// Reads paths that are compared with those of requests.
enum PathText {
    /// A path from the root without query, dots that climb, or half an escape.
    static func path(_ text: String) throws(Refusal) -> String {
        guard text.hasPrefix("/") else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a path",
                suggestion: "write one that begins with '/', such as /v1")
        }
        if let mark = text.first(where: { $0 == "?" || $0 == "#" }) {
            throw Refusal(
                "\(Visible.quoted(text)) goes on behind the path with '\(mark)'",
                suggestion: mark == "?"
                    ? "compare parameters by 'query'" : "remove it: clients never send it")
        }
        guard text.utf8.allSatisfy(isPathByte), hasWholeEscapes(text) else {
            throw Refusal(
                "\(Visible.quoted(text)) holds a character that a path cannot",
                suggestion: text.contains("*")
                    ? "a path is a prefix anyway, and knows no patterns"
                    : "write it percent-encoded, a blank as %20")
        }
        // Requests with such segments are refused before any route sees them.
        let climbs = text.lowercased().replacing("%2e", with: ".").split(separator: "/")
            .contains { $0 == "." || $0 == ".." }
        guard !climbs else {
            throw Refusal(
                "\(Visible.quoted(text)) has a segment of dots, and no request has",
                suggestion: "write the path that is meant")
        }
        guard text.utf8.count <= Limits.requestPathBytes else {
            throw Refusal("the path is longer than \(Limits.requestPathBytes) bytes")
        }
        return text
    }

    /// The path that stands for itself and all below it: without the slash at its end.
    static func prefix(_ text: String) throws(Refusal) -> String {
        let path = try path(text)
        let trimmed = path.utf8.reversed().drop { $0 == 0x2f }.count
        return trimmed == 0 ? "/" : String(path.prefix(trimmed))
    }

    /// True when `path` is `prefix`, or goes on behind it with a slash. Both without one at the end.
    static func covers(_ prefix: String, _ path: String) -> Bool {
        prefix == "/" || path == prefix || path.hasPrefix(prefix + "/")
    }

    /// True when two hexadecimal digits follow each `%`.
    static func hasWholeEscapes(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.allSatisfy { index in
            bytes[index] != UInt8(ascii: "%")
                || index + 2 < bytes.count && bytes[index + 1].isHexDigit
                    && bytes[index + 2].isHexDigit
        }
    }

    /// `pchar` of RFC 3986 and the slash.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "/-._~%!$&'()*+,;=:@".utf8.contains(byte)
    }
}
