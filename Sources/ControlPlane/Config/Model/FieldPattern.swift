// One condition of a route.

/// What a route wants of one header field, or of one parameter of the query.
public struct FieldPattern: Sendable, Hashable {
    /// The name: in lower case for a header field, as it is for a parameter.
    public var name: String
    /// Which of its values match.
    public var value: ValuePattern

    /// A condition on the field of that name.
    public init(name: String, value: ValuePattern) {
        self.name = name
        self.value = value
    }
}
