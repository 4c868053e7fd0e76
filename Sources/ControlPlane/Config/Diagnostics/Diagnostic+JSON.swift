// Diagnostics for programs.

extension Diagnostic {
    /// An array of objects with the members `severity`, `file`, `line`, `column`, `length`,
    /// `message` and, where there is one, `suggestion` and `sourceLine`; ends with a line feed.
    public static func json(_ diagnostics: [Diagnostic]) -> String {
        JSON.array(diagnostics.map(\.json)).text
    }

    private var json: JSON {
        var members: [(String, JSON)] = [
            ("severity", .string(severity.rawValue)),
            ("file", .string(file)),
            ("line", .integer(line)),
            ("column", .integer(column)),
            ("length", .integer(length)),
            ("message", .string(message)),
        ]
        if let suggestion { members.append(("suggestion", .string(suggestion))) }
        if let sourceLine { members.append(("sourceLine", .string(sourceLine.text))) }
        return .object(members)
    }
}
