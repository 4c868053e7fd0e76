// Where texts of a configuration stand, for who finds out later what is wrong with them: that a file
// cannot be used is known once somebody has opened it, and nothing of this target does.

/// The places of a file's paths, and of other texts that only their user can judge.
public struct Places: Sendable, Equatable {
    /// The file as it was named.
    private let file: String
    /// A diagnostic without words at each text; where one stands several times, at the first.
    private var found: [String: Diagnostic] = [:]

    /// No place in a file of that name.
    public init(file: String = "") { self.file = file }

    /// A problem with a text of the file: at its place, or else with the file as a whole.
    public func diagnostic(
        _ severity: Diagnostic.Severity, about text: String, _ message: String,
        suggestion: String? = nil
    ) -> Diagnostic {
        var diagnostic =
            found[text] ?? Diagnostic(severity, file: file, message: message)
        diagnostic.severity = severity
        diagnostic.message = message
        diagnostic.suggestion = suggestion
        return diagnostic
    }

    /// True when the place of a text is known.
    func has(_ text: String) -> Bool { found[text] != nil }

    /// Keeps the place of a text: that of a diagnostic.
    mutating func add(_ text: String, _ place: Diagnostic) { found[text] = place }
}
