// The head of a message as tests look at it. Read here once more and in the plainest way, so that the
// program's own parser is not its own judge.

/// A start line and its field lines. Octets are taken as Latin-1: each is a character.
struct HTTPHead: Equatable {
    /// The request line or the status line.
    let start: String
    /// The field lines as they came, without their ends.
    let lines: [String]

    /// Parts a head at its line ends. The empty line behind it may be there or not.
    init(_ octets: some Sequence<UInt8>) {
        var all = Self.latin1(octets).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
        while all.last == "" { all.removeLast() }
        start = all.first ?? ""
        lines = Array(all.dropFirst())
    }

    /// The values of a field, in order and without blanks around them.
    func values(_ name: String) -> [String] {
        lines.compactMap { line in
            Self.name(of: line) == name.lowercased() ? Self.value(of: line) : nil
        }
    }

    /// The first value of a field.
    subscript(name: String) -> String? { values(name).first }

    /// The words of the start line: method, target and version, or version, status and reason.
    var words: [String] {
        start.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// A response's status, 0 when there is none.
    var status: Int { words.count > 1 ? Int(words[1]) ?? 0 : 0 }

    /// A request's target.
    var target: String { words.count > 1 ? words[1] : "" }

    /// True when the message is followed by a chunked body.
    var isChunked: Bool { self["Transfer-Encoding"]?.lowercased() == "chunked" }

    /// The name of a field line in lower case.
    static func name(of line: String) -> String {
        String(line.prefix { $0 != ":" }).lowercased()
    }

    /// The value of a field line.
    static func value(of line: String) -> String {
        let value = line.drop { $0 != ":" }.dropFirst()
        let trimmed = value.drop { $0 == " " || $0 == "\t" }
        return String(trimmed.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// Octets as text, each a character. CR and LF stay two characters.
    static func latin1(_ octets: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for octet in octets { text.append(UnicodeScalar(octet)) }
        return String(text)
    }
}
