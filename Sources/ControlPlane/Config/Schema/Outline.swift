// What a mapping and its keys are, without their Swift types.

/// A mapping of the file, described.
struct Outline: Sendable {
    /// A key of it, described.
    struct Entry: Sendable {
        /// As written in the file.
        var name: String
        var shape: Shape
        /// What it does, in sentences.
        var summary: String
        var absence: Absence
        /// A value as it may stand behind the colon.
        var example: String
    }

    /// What holds when a key is not there.
    enum Absence: Sendable, Equatable {
        /// It has to be there.
        case required
        /// It, or one of the mapping's other alternatives, has to be there.
        case alternative
        /// What could have been written.
        case value(String)
        /// Something that cannot be written, in words.
        case words(String)
    }

    /// A word for it, unique over the table: the name of its definition in the schema.
    var name: String
    /// What it is for, in sentences.
    var summary: String
    /// When there is such a mapping, where another is at the same place otherwise; or nil.
    var qualifier: String?
    var entries: [Entry]
    /// Keys of which exactly one has to be there; none where there is no such choice.
    var alternatives: [String]
}
