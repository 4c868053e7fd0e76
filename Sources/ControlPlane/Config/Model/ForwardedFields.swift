// The words of `http.forwarded`.

/// Which fields tell a backend whom a request comes from. Raw values are the words of the file.
public enum ForwardedFields: String, Sendable, CaseIterable {
    /// `X-Forwarded-For`, `-Proto`, `-Host` and `-Port`.
    case xForwarded = "x-forwarded"
    /// `Forwarded` (RFC 7239).
    case rfc7239
    /// All of them.
    case both
    /// None.
    case off

    /// True where the `X-Forwarded` fields are written.
    public var hasXForwarded: Bool { self == .xForwarded || self == .both }
    /// True where `Forwarded` is written.
    public var hasForwarded: Bool { self == .rfc7239 || self == .both }
}
