// Why a piece of text is not what it should be, before its place is known.

/// Thrown by the parsers of values.
public struct Refusal: Error, Equatable {
    /// What is wrong, without a full stop.
    public var message: String
    /// What would be right, where that can be said.
    public var suggestion: String?

    init(_ message: String, suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
