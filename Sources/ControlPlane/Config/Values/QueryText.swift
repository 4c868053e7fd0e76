// Names and values of a query's parameters, compared as they stand in a URL and never decoded.

/// Reads parts of queries.
enum QueryText {
    /// The name of a parameter.
    static func name(_ text: String) throws(Refusal) -> String {
        guard !text.isEmpty else { throw Refusal("the name of the parameter is empty") }
        return try part(text, besides: "=", noun: "the name of a parameter")
    }

    /// The value of a parameter.
    static func value(_ text: String) throws(Refusal) -> String {
        try part(text, besides: "", noun: "the value of a parameter")
    }

    /// Text of the characters of a query (RFC 3986, section 3.4), but for what separates parameters.
    private static func part(
        _ text: String, besides: String, noun: String
    ) throws(Refusal) -> String {
        guard text.utf8.count <= Limits.patternBytes else {
            throw Refusal("\(noun) is longer than \(Limits.patternBytes) bytes")
        }
        let isPart = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7f && !"&#\"<>\\^`{|}\(besides)".utf8.contains($0)
        }
        guard isPart, PathText.hasWholeEscapes(text) else {
            throw Refusal(
                "\(Visible.quoted(text)) cannot be \(noun) in a URL",
                suggestion: "write it as it stands there, percent-encoded: a blank is %20")
        }
        return text
    }
}
