// Kinds of what routes compare requests with.

extension Kind where Value == HostPattern {
    /// A host, or all below one.
    static let hostPattern = Kind.scalar(
        .text("a host such as api.example.com or \"*.example.com\"", pattern: nil),
        spell: { $0.description }, parse: HostText.pattern)
}

extension Kind where Value == String {
    /// A path that is compared as a whole.
    static let exactPath = Kind.text(
        "a path that begins with '/'", pattern: "^/", parse: PathText.path)

    /// A path that stands for all below it too.
    static let prefixPath: Kind = {
        let path = Kind.text("a path that begins with '/'", pattern: "^/", parse: PathText.prefix)
        return Kind(path.shape, spell: { $0 }) { node, review in
            guard let text = path.decode(node, &review) else { return nil }
            // A path may have that segment, but who writes it has another program in mind.
            if text.hasSuffix("/*") {
                let rest = Visible.text(String(text.dropLast(2)))
                review.warning(
                    "'*' stands for itself here, and every path is a prefix", at: node,
                    suggestion: "write \(rest.isEmpty ? "/" : rest)")
            }
            return text
        }
    }()

    /// The method of requests (RFC 9110, section 9.1); all that are registered are in capitals.
    static let routeMethod = Kind.text(
        "a method in capital letters", pattern: "^[A-Z][A-Z-]{0,31}$"
    ) { text throws(Refusal) in
        let isMethod = text.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5a || $0 == 0x2d }
        guard isMethod, text.utf8.first?.isLetter == true, text.utf8.count <= 32 else {
            let capitals = text.uppercased()
            let isNear = !text.isEmpty && text.utf8.allSatisfy { $0.isLetter || $0 == 0x2d }
            throw Refusal(
                "\(Visible.quoted(text)) is not a method in capital letters",
                suggestion: isNear ? "write \(Visible.text(capitals))" : "write one such as GET")
        }
        return text
    }

    /// The name of a parameter of a query.
    static let queryName = Kind.text(
        "the name of a parameter", pattern: nil, parse: QueryText.name)

    /// The value of a parameter of a query.
    static let queryValue = Kind.text("text", parse: QueryText.value)

    /// What the value of a header field is compared with.
    static let headerValue = Kind.text("text") { text throws(Refusal) in
        try FieldText.refuseControls(in: text, of: "the value")
        guard text.utf8.count <= Limits.patternBytes else {
            throw Refusal("the value is longer than \(Limits.patternBytes) bytes")
        }
        guard !text.hasPrefix(" "), !text.hasSuffix(" ") else {
            throw Refusal(
                "\(Visible.quoted(text)) begins or ends with a blank, and no value does",
                suggestion: "remove it")
        }
        return text
    }

    /// The name of a route. Digits alone are what routes without a name are called.
    static let routeName = Kind(Kind.name.shape, spell: { $0 }) { node, review in
        guard let name = Kind.name.decode(node, &review) else { return nil }
        guard !name.utf8.allSatisfy(\.isDigit) else {
            review.error(
                "'\(name)' is a number, which routes without a name are called by", at: node,
                suggestion: "write a name with a letter in it")
            return nil
        }
        return name
    }
}

extension Kind where Value == TrustedProxy {
    /// Peers that are believed.
    static let trustedProxy = Kind.scalar(
        .either(
            .text("an address or a block of addresses such as 10.0.0.0/8", pattern: nil),
            .word([("unix", "those that come by a Unix socket")])),
        spell: { $0.description }
    ) { text throws(Refusal) in
        if text == "unix" { return .unix }
        if text == "unix:" {
            throw Refusal("'unix:' is not an address", suggestion: "write unix")
        }
        return .block(try AddressText.block(text))
    }
}
