// The part of a line that a diagnostic shows.

/// A line of the file, cut to the surroundings of one column.
public struct SourceLine: Sendable, Equatable {
    /// The characters as they are in the file; control characters included.
    public var text: String
    /// The column concerned as a place in `text`, from 1.
    public var column: Int
    /// True when the line begins before `text`.
    public var isCutBefore: Bool
    /// True when the line goes on after `text`.
    public var isCutAfter: Bool
}
