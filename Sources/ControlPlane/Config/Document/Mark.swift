// A place in a file.

/// A place in a file, both numbers from 1. Columns count Unicode scalars, as libyaml does.
struct Mark: Sendable, Equatable {
    var line: Int32
    var column: Int32

    /// Where a file begins.
    static let start = Mark(line: 1, column: 1)
}
