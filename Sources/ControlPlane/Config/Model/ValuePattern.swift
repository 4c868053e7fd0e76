// What a route wants of a header field or of a parameter of the query.

/// Which values of a field match.
public enum ValuePattern: Sendable, Hashable {
    /// Any; the field has to be there.
    case present
    /// None; the field must not be there.
    case absent
    /// This one, byte for byte.
    case exact(String)
    /// Those that begin with this, which is not empty.
    case prefix(String)
}
