// One path that a route is for, as the file names it.

/// The paths of a route. Compared as bytes: whoever asks has decoded what needs decoding.
public enum PathPattern: Sendable, Hashable {
    /// This path only; `/health` isn't `/health/`.
    case exact(String)

    /// This path and those that go on behind it with a slash: `/v1` and `/v1/` both stand for
    /// `/v1`, `/v1/` and `/v1/x`, not for `/v1x`. `/` stands for every path.
    case prefix(String)

    /// The bytes in the form that tables hold: a prefix without the slash at its end.
    var bytes: [UInt8] {
        switch self {
        case .exact(let text):
            return Array(text.utf8)
        case .prefix(let text):
            return Array(text.hasSuffix("/") ? text.utf8.dropLast() : text.utf8[...])
        }
    }
}
