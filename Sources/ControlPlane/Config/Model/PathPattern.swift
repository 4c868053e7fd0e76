// Which paths a route takes.

/// A path, or all paths below one.
public enum PathPattern: Sendable, Hashable, CustomStringConvertible {
    /// This one, byte for byte.
    case exact(String)
    /// This one, and what goes on behind it with a slash: `/v1` matches `/v1`, `/v1/` and `/v1/x`,
    /// never `/v1x`. Ends in no slash, but for `/`, which is every path.
    case prefix(String)

    /// The path, whichever it is.
    public var path: String {
        switch self {
        case .exact(let path), .prefix(let path): path
        }
    }

    /// As a message quotes it.
    public var description: String { path }
}
