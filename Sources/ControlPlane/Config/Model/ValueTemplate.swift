// Text with variables, parsed once.

/// A value that is filled in for each exchange.
public struct ValueTemplate: Sendable, Hashable, CustomStringConvertible {
    /// A piece of it.
    public enum Part: Sendable, Hashable {
        /// Text as it is.
        case literal(String)
        /// What a variable is at the time.
        case variable(TemplateVariable)
    }

    /// The pieces, in their order. No text is empty and none follows another, so that templates
    /// that say the same are equal.
    public var parts: [Part] = []

    /// Empty text.
    public init() {}

    /// These pieces.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The whole text where there is no variable; else nil.
    public var constant: String? {
        switch (parts.count, parts.first) {
        case (0, _): ""
        case (1, .literal(let text)): text
        default: nil
        }
    }

    /// As the file spells it.
    public var description: String {
        parts.map { part in
            switch part {
            case .literal(let text):
                text.replacing("{", with: "{{").replacing("}", with: "}}")
            case .variable(let variable): "{\(variable)}"
            }
        }.joined()
    }
}
