// The words of `affinity.same_site`.

/// Requests of other sites that carry the cookie (RFC 6265bis, section 5.2). Raw values are the
/// words of the file.
public enum SameSite: String, Sendable, CaseIterable {
    /// Those that follow a link.
    case lax
    /// None.
    case strict
    /// All; browsers then want `secure`.
    case none
}
