// What reading a file comes to.

/// A configuration, or why there is none, and what is doubtful about it.
public struct LoadResult: Sendable, Equatable {
    /// The configuration; nil when there is any error.
    public var configuration: Configuration?
    /// The problems, in the order of their places; at most the first 100 and a note.
    public var diagnostics: [Diagnostic]
    /// Where the configuration names files and what else is judged by who uses it.
    public var places = Places()
}
