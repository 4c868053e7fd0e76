// The authorities that the system trusts, which take 20 ms to read.

internal import TLS

/// The system's store of certificates, read when somebody first asks and never again.
enum SystemAuthorities {
    /// It lives as long as the process.
    static let store = TrustedAuthorities.system()
}
