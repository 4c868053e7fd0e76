// Kinds of names that stand in messages: of header fields, cookies and what is hashed of them.

extension Kind where Value == String {
    private static let tokenPattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,\(Limits.fieldNameBytes)}$"

    /// The name of a header field.
    static let headerName = Kind.text(
        "the name of a header field", pattern: tokenPattern, parse: FieldText.header)

    /// The same in lower case.
    static let headerNameFolded = Kind.text(
        "the name of a header field", pattern: tokenPattern
    ) { text throws(Refusal) in
        try FieldText.header(text).lowercased()
    }

    /// The name of a cookie (RFC 6265, section 4.1.1).
    static let cookieName = Kind.text("the name of a cookie", pattern: tokenPattern) {
        text throws(Refusal) in
        try FieldText.name(text, of: "cookie")
    }
}

extension Kind where Value == HashKey {
    /// What is hashed: a word, or one with the name of a field behind a colon.
    static let hashKey: Kind = {
        let words: [(word: String, meaning: String)] = [
            ("source-ip", "the downstream's address"),
            ("source-ip-port", "the downstream's address and port"),
            ("listener", "the listener's name: all its sessions go to one backend"),
            ("sni", "the name that the client asks for in its ClientHello"),
            ("host", "the request's host, without a port"),
            ("path", "the request's path, without the query"),
        ]
        let named = Shape.text(
            "header:NAME, cookie:NAME or query:NAME", pattern: "^(header|cookie|query):[!-~]+$")
        let shape = Shape.either(.word(words), named)
        return Kind.scalar(shape, spell: { $0.description }) { text throws(Refusal) in
            let simple: [HashKey] = [
                .sourceIP, .sourceIPPort, .listener, .serverName, .host, .path,
            ]
            if let key = simple.first(where: { $0.description == text }) { return key }
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            let name = String(text[colon...].dropFirst())
            switch (String(text[..<colon]), colon < text.endIndex) {
            case ("header", true): return .header(try FieldText.header(name).lowercased())
            case ("cookie", true): return .cookie(try FieldText.name(name, of: "cookie"))
            case ("query", true): return .query(try QueryText.name(name))
            case (let kind, _):
                if ["header", "cookie", "query"].contains(kind) {
                    throw Refusal(
                        "\(Visible.quoted(text)) lacks a name",
                        suggestion: "write one behind a colon, such as \(kind):user")
                }
                let near = Spelling.nearest(
                    to: kind, among: words.map(\.word) + ["header", "cookie", "query"])
                throw Refusal(
                    "expected \(shape.phrase), found \(Visible.quoted(text))",
                    suggestion: near.map { "did you mean '\($0)'?" })
            }
        }
    }()
}
