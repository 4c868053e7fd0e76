// A header field that the file asks for.

/// A header field to be written.
public struct HeaderSetting: Sendable, Equatable {
    /// The name as it is written: a token (RFC 9110, section 5.6.2).
    public var name: String
    /// The value.
    public var value: ValueTemplate

    /// A field of that name.
    public init(name: String, value: ValueTemplate) {
        self.name = name
        self.value = value
    }
}
