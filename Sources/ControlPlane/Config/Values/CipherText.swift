// Lists of ciphers, cipher suites and groups. What OpenSSL makes of their names is known where it is
// linked; here is what they look like, and which of them belong elsewhere.

/// Reads lists with colons.
enum CipherText {
    /// The cipher suites of TLS 1.3 (RFC 8446, appendix B.4).
    static let suiteNames = [
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256",
    ]

    /// Ciphers of TLS 1.2, with the signs that OpenSSL knows before and between them.
    static func ciphers(_ text: String) throws(Refusal) -> String {
        for name in try elements(text, of: "cipher", signs: "-_.+!@=") {
            guard !name.hasPrefix("TLS_") else {
                throw Refusal(
                    "\(Visible.quoted(name)) is a cipher suite of TLS 1.3",
                    suggestion: "write it under 'ciphersuites'")
            }
        }
        return text
    }

    /// Cipher suites of TLS 1.3.
    static func suites(_ text: String) throws(Refusal) -> String {
        for name in try elements(text, of: "cipher suite", signs: "-_") {
            guard !suiteNames.contains(String(name)) else { continue }
            if name.contains("-") || !name.contains("_") {
                throw Refusal(
                    "\(Visible.quoted(name)) is not a cipher suite of TLS 1.3",
                    suggestion: "write ciphers of TLS 1.2 under 'ciphers'")
            }
            let near = Spelling.nearest(to: String(name), among: suiteNames)
            throw Refusal(
                "\(Visible.quoted(name)) is not a cipher suite of TLS 1.3",
                suggestion: near.map { "did you mean '\($0)'?" }
                    ?? "the suites are " + suiteNames.joined(separator: ", "))
        }
        return text
    }

    /// Groups.
    static func groups(_ text: String) throws(Refusal) -> String {
        _ = try elements(text, of: "group", signs: "-_")
        return text
    }

    /// What stands between the colons: each once, and of letters, digits and some signs.
    private static func elements(
        _ text: String, of noun: String, signs: String
    ) throws(Refusal) -> [Substring] {
        guard !text.isEmpty else { throw Refusal("the list is empty", suggestion: "remove it") }
        guard text.utf8.count <= Limits.cipherListBytes else {
            throw Refusal("the list is longer than \(Limits.cipherListBytes) bytes")
        }
        let names = text.split(separator: ":", omittingEmptySubsequences: false)
        var seen: Set<Substring> = []
        for name in names {
            guard !name.isEmpty else {
                throw Refusal(
                    "\(Visible.quoted(text)) has a ':' too many",
                    suggestion: "put one between every two of the list")
            }
            let isName = name.utf8.allSatisfy {
                $0.isLetter || $0.isDigit || signs.utf8.contains($0)
            }
            guard isName else {
                let isList = name.contains(",") || name.contains(" ")
                throw Refusal(
                    "\(Visible.quoted(name)) is not the name of a \(noun)",
                    suggestion: isList
                        ? "put ':' between the names and nothing else"
                        : "use the names of OpenSSL")
            }
            guard seen.insert(name).inserted else {
                throw Refusal(
                    "\(noun) \(Visible.quoted(name)) is there twice", suggestion: "remove one")
            }
        }
        return names
    }
}
