// One problem of a configuration file, as a value. How it is shown is in the extensions.

/// A problem of a configuration file, at a place.
public struct Diagnostic: Sendable, Equatable {
    /// Whether the file can be used all the same.
    public enum Severity: String, Sendable {
        /// The file is not used.
        case error
        /// The file is used, but probably does not say what was meant.
        case warning
    }

    /// Whether the file can be used all the same.
    public var severity: Severity
    /// The name of the file as it was given.
    public var file: String
    /// The line, from 1; 0 when the problem is the file as a whole.
    public var line: Int
    /// The character in the line, from 1, counted in Unicode scalars; 0 with line 0.
    public var column: Int
    /// Characters concerned, at least 1; 0 with line 0.
    public var length: Int
    /// What is wrong, without a full stop.
    public var message: String
    /// What would be right, where that can be said.
    public var suggestion: String?
    /// The line, or of a long one the part around the column.
    public var sourceLine: SourceLine?

    /// A problem of the file as a whole.
    init(_ severity: Severity, file: String, message: String, suggestion: String? = nil) {
        self.severity = severity
        self.file = file
        line = 0
        column = 0
        length = 0
        self.message = message
        self.suggestion = suggestion
    }
}
