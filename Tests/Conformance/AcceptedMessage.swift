// What a case says of a message that is let through.

/// The parts of a message that a case expects, each of which is a word of its last line.
public struct AcceptedMessage: Sendable {
    /// A request's method, a response's status.
    public let first: String
    /// A request's target, a response's `reason=`.
    public let second: [UInt8]
    /// `none`, `length:N`, `chunked` or `until-close`.
    public let framing: String
    /// Whether the connection goes on.
    public let keepsAlive: Bool
    /// Octets of the body.
    public let body: [UInt8]
    /// Octets behind the message.
    public let rest: [UInt8]
    /// Everything else of the form `key=value`.
    public let values: [String: [UInt8]]
    /// Everything else.
    public let flags: Set<String>

    init(_ words: [Substring]) {
        var values: [String: [UInt8]] = [:]
        var plain: [Substring] = []
        for (index, word) in words.enumerated() {
            // The first two words may have an equals sign of their own.
            if index > 1, let equals = word.firstIndex(of: "=") {
                let value = word[word.index(after: equals)...]
                values[String(word[..<equals])] = Escapes.decoded(value)
            } else {
                plain.append(word)
            }
        }
        precondition(plain.count >= 4, "\(words) lacks something")
        precondition(plain[3] == "keep" || plain[3] == "close", "\(words): keep or close?")
        first = String(decoding: Escapes.decoded(plain[0]), as: UTF8.self)
        let isReason = plain[1].hasPrefix("reason=")
        second = Escapes.decoded(isReason ? plain[1].dropFirst("reason=".count) : plain[1])
        framing = String(plain[2])
        keepsAlive = plain[3] == "keep"
        body = values.removeValue(forKey: "body") ?? []
        rest = values.removeValue(forKey: "rest") ?? []
        self.values = values
        flags = Set(plain.dropFirst(4).map(String.init))
    }

    /// The value of a key as text; nil when the case does not say.
    public func text(_ key: String) -> String? {
        values[key].map { String(decoding: $0, as: UTF8.self) }
    }
}
