// Kinds that only keys of HTTP have.

extension Kind where Value == String {
    /// A name in `Via` (RFC 9110, section 7.6.3).
    static let pseudonym = Kind.text(
        "a name of letters, digits and '-'", pattern: "^[A-Za-z0-9_.-]{1,64}$"
    ) { text throws(Refusal) in
        let isName = text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || [0x5f, 0x2e, 0x2d].contains($0)
        }
        guard isName, !text.isEmpty, text.utf8.count <= Limits.nameCharacters else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a name for 'Via'",
                suggestion: "use 1 to \(Limits.nameCharacters) letters, digits, '_', '.' and '-'")
        }
        return text
    }

    /// The field of a request's identifier: one that means nothing else.
    static let identifierHeader = Kind.text(
        "the name of a header field", pattern: nil
    ) { text throws(Refusal) in
        let name = try FieldText.header(text)
        try OwnedFields.refuse(name, in: .request, .set)
        guard name.lowercased() != "host" else {
            throw Refusal("'Host' is the request's host and no identifier")
        }
        return name
    }

    /// A body, as it is.
    static let bodyText = Kind.text("text") { text throws(Refusal) in
        guard text.utf8.count <= Limits.bodyBytes else {
            throw Refusal(
                "the body is longer than \(Limits.bodyBytes >> 10) KiB",
                suggestion: "put it in a file, and name that as 'file'")
        }
        return text
    }

    /// A `Content-Type`.
    static let contentType = Kind.text("a media type", parse: MediaTypeText.contentType)

    /// A media type without parameters, or all with one first half.
    static let mediaRange = Kind.text(
        "a media type such as application/json or text/*", parse: MediaTypeText.range)

    /// Something to sign with. No message quotes it.
    static let secret = Kind.text("text of 16 bytes or more") { text throws(Refusal) in
        guard text.utf8.count >= 16 else {
            throw Refusal(
                "the secret has \(text.utf8.count) bytes, and needs at least 16",
                suggestion: "make one with: openssl rand -base64 24")
        }
        guard text.utf8.count <= Limits.secretBytes else {
            throw Refusal("the secret is longer than \(Limits.secretBytes) bytes")
        }
        return text
    }

    /// The path of a cookie (RFC 6265, section 4.1.2.4).
    static let cookiePath = Kind.text("a path that begins with '/'", pattern: "^/") {
        text throws(Refusal) in
        let path = try PathText.path(text)
        // A semicolon would end the attribute.
        guard !path.contains(";") else {
            throw Refusal("\(Visible.quoted(text)) holds a ';', which ends a cookie's path")
        }
        guard path.utf8.count <= Limits.cookiePathBytes else {
            throw Refusal("the path is longer than \(Limits.cookiePathBytes) bytes")
        }
        return path
    }
}

extension Kind where Value == String? {
    /// The file of a log, or standard error, which is nil.
    static let logFile = Kind(
        .either(.word([("stderr", "standard error")]), Kind<String>.filePath.shape)
    ) {
        $0 ?? "stderr"
    } decode: { node, review in
        guard node.text != "stderr" else { return .some(nil) }
        if let text = node.text, ["-", "stdout", "/dev/stderr"].contains(text) {
            review.error(
                "expected stderr, or an absolute path, found \(Visible.quoted(text))", at: node,
                suggestion: "write stderr")
            return nil
        }
        return Kind<String>.filePath.decode(node, &review).map { .some($0) }
    }
}

extension Kind where Value == Int {
    /// The status of a redirection.
    static let redirectStatus: Kind = {
        let shape = Shape.word(
            [
                ("301", "moved permanently, and the method may become GET"),
                ("302", "found, and the method may become GET"),
                ("303", "see other, by GET"),
                ("307", "temporary, with the same method"),
                ("308", "permanent, with the same method"),
            ])
        return .scalar(shape, isPlain: true, spell: { String($0) }) { text throws(Refusal) in
            if let status = NumberText.integer(text),
                RedirectConfiguration.statuses.contains(status)
            {
                return status
            }
            let word = text.lowercased()
            let near =
                ["permanent", "moved", "true"].contains(word)
                ? "write 308"
                : ["temporary", "redirect", "found"].contains(word) ? "write 307" : nil
            throw Refusal(
                "expected \(shape.phrase), found \(Visible.quoted(text))", suggestion: near)
        }
    }()
}
