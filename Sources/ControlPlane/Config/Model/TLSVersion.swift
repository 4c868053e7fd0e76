// The words of `min_version` and `max_version`.

/// A version of TLS that can be spoken. Raw values are the words of the file. Those before 1.2 are
/// not among them (RFC 8996).
public enum TLSVersion: String, Sendable, CaseIterable, Comparable {
    /// TLS 1.2 (RFC 5246).
    case tls12 = "1.2"
    /// TLS 1.3 (RFC 8446).
    case tls13 = "1.3"

    /// True when `left` is the older one.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        left == .tls12 && right == .tls13
    }
}
