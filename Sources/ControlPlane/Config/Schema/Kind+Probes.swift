// Kinds of what probes send and expect: bytes, and the parts of an HTTP exchange. What would make
// a request other than the one that was meant is refused here, long before it is sent.

extension Kind where Value == [UInt8] {
    /// Text in ASCII, with YAML's own escapes between double quotes.
    static let asciiText = Kind(.text("text in ASCII", pattern: nil)) { node, review in
        guard let text = Kind<String>.someText.decode(node, &review) else { return nil }
        // "\xff" would be two bytes of UTF-8, and nobody who wrote it expects those.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            review.error(
                "\(Visible.quoted(text)) holds a character beyond ASCII", at: node,
                suggestion: "write such bytes in hexadecimal, with send_hex or expect_hex")
            return nil
        }
        let escapes = ["\\r", "\\n", "\\t", "\\0", "\\x"]
        if let escape = escapes.first(where: { text.contains($0) }), !review.isEscaping(node) {
            review.warning(
                "'\(escape)' is no escape here, but these two characters", at: node,
                suggestion: "put the text in double quotes")
        }
        return Array(text.utf8)
    }

    /// Bytes, two digits each.
    static let hexadecimal = Kind.scalar(
        .text("bytes in hexadecimal, such as \"0d0a\"", pattern: "^([0-9A-Fa-f]{2})+$")
    ) { text throws(Refusal) in
        guard !text.isEmpty else { throw Refusal("the text is empty", suggestion: "remove it") }
        guard text.utf8.allSatisfy(\.isHexDigit) else {
            throw Refusal(
                "\(Visible.quoted(text)) is not hexadecimal",
                suggestion: "write two digits a byte and nothing else: \"0d0a\"")
        }
        guard text.utf8.count % 2 == 0 else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a whole number of bytes",
                suggestion: "write two digits a byte: \"0d0a\"")
        }
        guard text.utf8.count <= 2 * Limits.probeBytes else { throw Kind<String>.tooLong }
        var digits = text[...]
        var bytes: [UInt8] = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        return bytes
    }
}

extension Review {
    /// True for text between double quotes, in which YAML knows escapes.
    fileprivate func isEscaping(_ node: Node) -> Bool {
        let line = source.excerpt(at: node.start)
        return line.text.unicodeScalars.dropFirst(line.column - 1).first == "\""
    }
}

extension Kind where Value == String {
    fileprivate static var tooLong: Refusal {
        Refusal("the text is longer than \(Limits.probeBytes) bytes")
    }

    /// Any text but none.
    static let someText = Kind.text("text") { text throws(Refusal) in
        guard !text.isEmpty else { throw Refusal("the text is empty", suggestion: "remove it") }
        guard text.utf8.count <= Limits.probeBytes else { throw tooLong }
        return text
    }

    /// The method of a request: methods are case-sensitive (RFC 9110, section 9.1), and all that
    /// a probe could use are in capitals.
    static let requestMethod = Kind.text(
        "a method in capital letters", pattern: "^[A-Z]{1,16}$"
    ) { text throws(Refusal) in
        let isMethod = text.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5a }
        guard isMethod, !text.isEmpty, text.utf8.count <= 16 else {
            let capitals = text.uppercased()
            let isNear = ["GET", "HEAD", "OPTIONS", "POST"].contains(capitals)
            throw Refusal(
                "\(Visible.quoted(text)) is not a method in capital letters",
                suggestion: isNear ? "write \(capitals)" : "write one such as GET or HEAD")
        }
        // It would ask for a tunnel, and has no path (RFC 9110, section 9.3.6).
        guard text != "CONNECT" else { throw Refusal("a probe cannot use the method CONNECT") }
        return text
    }

    /// The target of a request in origin form (RFC 9112, section 3.2.1).
    static let requestPath = Kind.text(
        "a path that begins with '/'", pattern: "^/[!-~]*$"
    ) { text throws(Refusal) in
        guard text.hasPrefix("/") else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a path",
                suggestion: "write one that begins with '/', such as /healthz")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !text.contains("#") else {
            throw Refusal(
                "\(Visible.quoted(text)) holds a character that a path cannot",
                suggestion: "write it percent-encoded, a blank as %20")
        }
        guard text.utf8.count <= Limits.requestPathBytes else {
            throw Refusal("the path is longer than \(Limits.requestPathBytes) bytes")
        }
        return text
    }

    /// A `Host` field (RFC 9112, section 3.2): a name or an address, with or without a port.
    static let hostField = Kind.text("a host, with or without a port") { text throws(Refusal) in
        let colon = text.hasSuffix("]") ? nil : text.lastIndex(of: ":")
        let host = text[..<(colon ?? text.endIndex)]
        let port = colon.map { text[$0...].dropFirst() }
        let isHost =
            host.hasPrefix("[") && host.hasSuffix("]")
            ? (try? AddressText.ipv6(host.dropFirst().dropLast())) != nil
            : AddressText.isHostName(host)
        guard isHost, port.map({ $0.utf8.allSatisfy(\.isDigit) && UInt16($0) != nil }) ?? true
        else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a host",
                suggestion: "write a name or an address, such as site.example or site.example:8080")
        }
        return text
    }
}

extension Kind where Value == ClosedRange<Int> {
    /// A status code of HTTP, or a range of them.
    static let statuses: Kind = {
        let shape = Shape.either(
            .integer(100...599),
            .text("a range such as 200-299", pattern: "^[1-5][0-9]{2}-[1-5][0-9]{2}$"))
        let range = Kind.scalar(shape, parse: range)
        let single = Kind<Int>.integer(100...599)
        return Kind(shape) {
            $0.count == 1 ? String($0.lowerBound) : "\($0.lowerBound)-\($0.upperBound)"
        } decode: { node, review in
            // A code is a number, and a range is text.
            guard let text = node.text, NumberText.integer(text) != nil else {
                return range.decode(node, &review)
            }
            return single.decode(node, &review).map { $0...$0 }
        }
    }()

    private static func range(_ text: String) throws(Refusal) -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let codes = parts.compactMap { NumberText.integer(String($0)) }
        guard codes.count == 2, parts.count == 2, codes.allSatisfy((100...599).contains) else {
            let first = text.utf8.first.map { Int($0) - 0x30 } ?? 0
            let isClass = text.lowercased().hasSuffix("xx") && text.utf8.count == 3
            throw Refusal(
                "expected a status from 100 to 599, or a range such as 200-299, "
                    + "found \(Visible.quoted(text))",
                suggestion: isClass && (1...5).contains(first)
                    ? "write \(first)00-\(first)99" : nil)
        }
        guard codes[0] <= codes[1] else {
            throw Refusal(
                "the range \(Visible.quoted(text)) ends before it begins",
                suggestion: "write \(codes[1])-\(codes[0])")
        }
        return codes[0]...codes[1]
    }
}
