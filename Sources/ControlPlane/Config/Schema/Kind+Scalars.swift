// Kinds that stand as one scalar.

extension Kind where Value == Bool {
    /// `true` or `false`, and none of the other words that YAML 1.1 takes for them.
    static let boolean = Kind.scalar(
        .boolean, isPlain: true, spell: { String($0) }
    ) { text throws(Refusal) in
        if text == "true" { return true }
        if text == "false" { return false }
        let isYes = ["yes", "on", "1", "y", "enabled"].contains(text.lowercased())
        let isNo = ["no", "off", "0", "n", "disabled"].contains(text.lowercased())
        throw Refusal(
            "expected true or false, found \(Visible.quoted(text))",
            suggestion: isYes ? "write true" : isNo ? "write false" : nil)
    }
}

extension Kind where Value == Int {
    /// An integer in a range.
    static func integer(_ range: ClosedRange<Int>) -> Kind {
        let shape = Shape.integer(range)
        return .scalar(shape, isPlain: true, spell: { String($0) }) { text throws(Refusal) in
            guard let value = NumberText.integer(text) else {
                throw Refusal("expected \(shape.phrase), found \(Visible.quoted(text))")
            }
            guard range.contains(value) else {
                throw Refusal(
                    "\(Visible.quoted(text)) is out of range: expected \(shape.phrase)")
            }
            return value
        }
    }

    /// Whole percents in a range: `50` or `50%`.
    static func percent(_ range: ClosedRange<Int>) -> Kind {
        let shape = Shape.percent(range)
        let parse: @Sendable (String) throws(Refusal) -> Int = { text throws(Refusal) in
            let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
            guard let value = NumberText.integer(digits) else {
                throw Refusal(
                    "expected \(shape.phrase), found \(Visible.quoted(text))",
                    suggestion: "percentages are whole, 50 or 50%")
            }
            guard range.contains(value) else {
                throw Refusal(
                    "\(Visible.quoted(text)) is out of range: expected \(shape.phrase)")
            }
            return value
        }
        // With the sign it is text to every program, without it a number.
        let signed = Kind.scalar(shape, parse: parse)
        let plain = Kind.scalar(shape, isPlain: true, parse: parse)
        return Kind(shape, spell: { String($0) }) { node, review in
            let isSigned = node.text?.hasSuffix("%") == true
            return (isSigned ? signed : plain).decode(node, &review)
        }
    }
}

extension Kind where Value == Int {
    /// A size in bytes in a range.
    static func size(_ range: ClosedRange<Int>) -> Kind {
        let shape = Shape.size(range)
        return .scalar(shape, spell: { SizeText.spelling($0) }) { text throws(Refusal) in
            let value = try SizeText.parse(text)
            guard range.contains(value) else {
                throw Refusal(
                    "\(Visible.quoted(text)) is out of range: expected \(shape.phrase)")
            }
            return value
        }
    }
}

extension Kind where Value == UInt16 {
    /// A port that something is found at.
    static let port = Kind<Int>.integer(1...65_535).map {
        UInt16($0)
    } back: {
        Int($0)
    }
}

extension Kind where Value == Double {
    /// A decimal number in a range.
    static func number(_ range: ClosedRange<Double>) -> Kind {
        let shape = Shape.number(range)
        return .scalar(shape, isPlain: true, spell: { Shape.spelling($0) }) {
            text throws(Refusal) in
            guard let value = NumberText.fraction(text) else {
                throw Refusal("expected \(shape.phrase), found \(Visible.quoted(text))")
            }
            guard range.contains(value) else {
                throw Refusal(
                    "\(Visible.quoted(text)) is out of range: expected \(shape.phrase)")
            }
            return value
        }
    }
}

extension Kind where Value == Duration {
    /// A duration in a range, in multiples of a step.
    static func duration(
        _ range: ClosedRange<Duration>, step: Duration = .milliseconds(1)
    ) -> Kind {
        let shape = Shape.duration(range, step: step)
        return .scalar(shape, spell: { DurationText.spelling($0) }) { text throws(Refusal) in
            if ["off", "false", "never", "none", "infinite"].contains(text) {
                throw Refusal("expected \(shape.phrase), found \(Visible.quoted(text))")
            }
            let value = try DurationText.parse(text)
            let remainder =
                DurationText.milliseconds(value) % DurationText.milliseconds(step)
            guard range.contains(value), remainder == 0 else {
                throw Refusal(
                    "\(Visible.quoted(text)) is out of range: expected \(shape.phrase)")
            }
            return value
        }
    }
}

extension Kind where Value == String {
    /// Text of a form that `parse` checks.
    static func text(
        _ words: String, pattern: String? = nil,
        parse: @escaping @Sendable (String) throws(Refusal) -> String
    ) -> Kind {
        .scalar(.text(words, pattern: pattern), spell: { $0 }, parse: parse)
    }

    /// A name, which becomes a label of metrics.
    static let name = Kind.text(
        "a name of letters, digits, '_', '.' and '-'",
        pattern: "^[A-Za-z0-9_.-]{1,\(Limits.nameCharacters)}$"
    ) { text throws(Refusal) in
        let isName = text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || [0x5f, 0x2e, 0x2d].contains($0)
        }
        guard isName, !text.isEmpty, text.utf8.count <= Limits.nameCharacters else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a name",
                suggestion: "use 1 to \(Limits.nameCharacters) letters, digits, '_', '.' and '-'")
        }
        return text
    }

    /// The absolute path of a Unix socket.
    static let socketPath = Kind.text(
        "the absolute path of a Unix socket", pattern: "^/", parse: AddressText.path)

    /// The absolute path of a file.
    static let filePath = Kind.text("an absolute path", pattern: "^/") { text throws(Refusal) in
        guard text.hasPrefix("/"), !text.hasSuffix("/"), text.utf8.count < 4096,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else {
            throw Refusal(
                "\(Visible.quoted(text)) is not the absolute path of a file",
                suggestion: "write a path from the root, such as /var/log/sluice/sluice.log")
        }
        return text
    }

    /// The path of a file that need not be absolute.
    static let relativePath = path(such: "/etc/sluice/cache.backends or cache.backends")

    /// The same of a file that holds a body.
    static let pagePath = path(such: "/etc/sluice/503.html or 503.html")

    /// The same of a file in PEM.
    static let pemPath = path(such: "/etc/sluice/site.pem or site.pem").placed

    /// The path of a folder, without a slash at its end.
    static let folderPath = Kind.text("the path of a folder") { text throws(Refusal) in
        guard !text.isEmpty else { throw Refusal("the path is empty") }
        guard text.utf8.count < 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw Refusal(
                "\(Visible.quoted(text)) is not the path of a folder",
                suggestion: "write one such as /etc/sluice/certificates")
        }
        let trimmed = text.utf8.reversed().drop { $0 == 0x2f }.count
        return trimmed == 0 ? "/" : String(decoding: text.utf8.prefix(trimmed), as: UTF8.self)
    }.placed

    /// The same, and its place is kept for who uses what it names.
    var placed: Kind {
        Kind(shape, spell: spell) { node, review in
            let value = decode(node, &review)
            if let value { review.keepPlace(of: value, at: node) }
            return value
        }
    }

    private static func path(such example: String) -> Kind {
        .text("the path of a file") { text throws(Refusal) in
            guard !text.isEmpty else { throw Refusal("the path is empty") }
            guard !text.hasSuffix("/"), text.utf8.count < 4096,
                text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
            else {
                throw Refusal(
                    "\(Visible.quoted(text)) is not the path of a file",
                    suggestion: "write one such as \(example)")
            }
            return text
        }
    }

    /// A name that is looked up.
    static let lookupName = Kind.text("a host name", parse: AddressText.lookupName)

    /// A mention of an upstream, which has to exist once the whole file has been read.
    static let upstreamName = Kind(.text("the name of an upstream", pattern: nil)) { node, review in
        guard let name = Kind.name.decode(node, &review) else { return nil }
        review.usedUpstreams.append(Review.Mention(name: name, node: node))
        return name
    }
}

extension Kind where Value == FileMode {
    /// Permission bits in octal.
    static let mode = Kind.scalar(
        .text("permission bits in octal, such as \"0600\"", pattern: "^0?[0-7]{3}$"),
        spell: { $0.description }
    ) { text throws(Refusal) in
        let digits = text.utf8.count == 4 && text.hasPrefix("0") ? text.dropFirst() : text[...]
        guard digits.utf8.count == 3, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x37 }),
            let bits = UInt32(digits, radix: 8)
        else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a file mode",
                suggestion: "write three octal digits after a zero: \"0600\", \"0660\"")
        }
        return FileMode(bits)
    }
}

extension Kind where Value == BindAddress {
    /// An address to listen on.
    static let bindAddress = Kind.scalar(
        .text("an address with a port, or the path of a Unix socket", pattern: nil),
        spell: { $0.description }, parse: AddressText.bind)
}

extension Kind where Value == SourceAddress {
    /// An address to connect from.
    static let sourceAddress = Kind.scalar(
        .text("an IPv4 or IPv6 address without a port", pattern: nil),
        spell: { $0.description }, parse: AddressText.source)
}

extension Kind where Value == ResolverServer {
    /// Whom to ask for names.
    static let nameServer = Kind.scalar(
        .text("an IPv4 or IPv6 address, with or without a port", pattern: nil),
        spell: { $0.description }, parse: AddressText.nameServer)
}

extension Kind where Value == BackendAddress {
    /// An address to connect to.
    static let backendAddress = Kind.scalar(
        .text("an address or a host name with a port, or the path of a Unix socket", pattern: nil),
        spell: { $0.description }, parse: AddressText.backend)
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration, each with what it means.
    static func word(_ meaning: @escaping @Sendable (Value) -> String) -> Kind {
        let words = Value.allCases.map { (word: $0.rawValue, meaning: meaning($0)) }
        let shape = Shape.word(words)
        return .scalar(shape, spell: { $0.rawValue }) { text throws(Refusal) in
            if let value = Value(rawValue: text) { return value }
            let near = Spelling.nearest(to: text, among: words.map(\.word))
            throw Refusal(
                "expected \(shape.phrase), found \(Visible.quoted(text))",
                suggestion: near.map { "did you mean '\($0)'?" })
        }
    }
}
