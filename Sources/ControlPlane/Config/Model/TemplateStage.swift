// When a template is filled in, and so what is known by then.

/// A point in the life of an exchange, earliest first.
public enum TemplateStage: Int, Sendable, Comparable {
    /// A route was found.
    case routed
    /// The request is about to be sent to a backend.
    case requested
    /// The response's head has come.
    case responded
    /// The exchange is over.
    case ended

    /// True when `left` comes before `right`.
    public static func < (left: TemplateStage, right: TemplateStage) -> Bool {
        left.rawValue < right.rawValue
    }
}
