// Kinds that only keys of TLS have.

extension Kind where Value == TLSVersion {
    /// A version of TLS.
    static let tlsVersion: Kind = {
        let shape = Shape.word([
            ("1.2", "of 2008, with the ciphers of `ciphers`"),
            ("1.3", "of 2018, with those of `ciphersuites`"),
        ])
        return .scalar(shape, spell: { $0.rawValue }) { text throws(Refusal) in
            if let version = TLSVersion(rawValue: text) { return version }
            // As other programs spell them: TLSv1.2, TLSv1_2, VersionTLS12, tls1.2.
            let word = text.lowercased()
            let digits = String(decoding: text.utf8.filter(\.isDigit), as: UTF8.self)
            let isVersion = word.contains("tls") || word == digits || word == "1.0" || word == "1.1"
            if isVersion && ["1", "10", "11"].contains(digits) || word.hasPrefix("ssl") {
                throw Refusal(
                    "\(Visible.quoted(text)) is a version that nobody should speak (RFC 8996)",
                    suggestion: "write 1.2")
            }
            let near = ["12": "write 1.2", "13": "write 1.3"][digits]
            throw Refusal(
                "expected \(shape.phrase), found \(Visible.quoted(text))",
                suggestion: isVersion ? near : nil)
        }
    }()
}

extension Kind where Value == String {
    /// Ciphers of TLS 1.2 as OpenSSL lists them (openssl-ciphers(1)).
    static let cipherList = Kind.text(
        "a list of ciphers with ':' between them", parse: CipherText.ciphers
    ).placed

    /// Cipher suites of TLS 1.3.
    static let cipherSuites = Kind.text(
        "a list of cipher suites with ':' between them", parse: CipherText.suites
    ).placed

    /// Groups for the exchange of keys.
    static let groupList = Kind.text(
        "a list of groups with ':' between them", parse: CipherText.groups
    ).placed

    /// A protocol of ALPN (RFC 7301, section 3.1), which can be any bytes; all that are registered
    /// are ASCII.
    static let applicationProtocol = Kind.text(
        "the name of a protocol such as http/1.1", pattern: "^[!-~]{1,255}$"
    ) { text throws(Refusal) in
        let near: String? =
            switch text.lowercased() {
            case "http/1.1", "http1.1", "http1", "http/1", "http", "http-1.1": "http/1.1"
            case "http/1.0", "http1.0", "http-1.0": "http/1.0"
            case "h2", "http/2", "http2", "http/2.0", "http2.0": "h2"
            default: nil
            }
        if let near, near != text {
            throw Refusal(
                "\(Visible.quoted(text)) is not the name of a protocol in ALPN",
                suggestion: "write \(near)")
        }
        guard !text.isEmpty, text.utf8.count <= Limits.applicationProtocolBytes,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else {
            throw Refusal(
                "\(Visible.quoted(text)) is not the name of a protocol in ALPN",
                suggestion: "write one such as http/1.1, without blanks")
        }
        return text
    }

    /// The name of a server, in lower case.
    static let serverName = Kind.text("a host name", parse: ServerNameText.name)
}

extension Kind where Value == HostPattern {
    /// A name that clients ask for, or all below one.
    static let serverNamePattern = Kind.scalar(
        .text("a name such as api.example.com or \"*.example.com\"", pattern: nil),
        spell: { $0.description }, parse: ServerNameText.pattern)
}

extension Kind where Value == [String] {
    /// Protocols of ALPN, most liked first.
    static let applicationProtocols: Kind = {
        let list = Kind<String>.applicationProtocol
            .list(of: "protocol", identity: { $0 }, allowsOne: true)
        return Kind(list.shape, spell: list.spell) { node, review in
            let elements = node.elements
            if elements.count > Limits.applicationProtocols {
                review.error(
                    "more than \(Limits.applicationProtocols) protocols\(review.inPlace)",
                    at: elements[Limits.applicationProtocols])
                return nil
            }
            return list.decode(node, &review)
        }
    }()
}
