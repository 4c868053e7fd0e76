// How a route changes the path of a request before a backend sees it.

/// A change of the path. No path here ends in a slash, but for `/`.
public enum PathRewrite: Sendable, Equatable {
    /// Takes this away from the beginning; what would be empty becomes `/`.
    case stripPrefix(String)
    /// Puts this in place of the prefix that the route matched.
    case replacePrefix(String)
    /// Puts this before the path.
    case addPrefix(String)
}
