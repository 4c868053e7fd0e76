// The four forms that a request target can have.

/// The form of a request target (RFC 9112, section 3.2).
public enum TargetForm: UInt8, BitwiseCopyable, Sendable {
    /// A path and perhaps a query: `/where?q=now`.
    case origin
    /// A whole URI: `http://www.example.org/pub`.
    case absolute
    /// Host and port, of CONNECT only: `www.example.com:443`.
    case authority
    /// `*`, of OPTIONS only.
    case asterisk
}
