// The words of `client_auth.mode`.

/// What becomes of clients without a certificate. Raw values are the words of the file.
public enum ClientAuthMode: String, Sendable, CaseIterable {
    /// They are served, as are those whose certificate does not verify.
    case request
    /// Their handshakes fail, as do those of clients whose certificate does not verify.
    case require
}
