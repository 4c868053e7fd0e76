// Certificates that clients show.

/// How clients are known by their certificates. All paths are absolute, or relative to the
/// configuration file's directory.
public struct ClientAuthConfiguration: Sendable, Equatable {
    /// What becomes of clients without one.
    public var mode = ClientAuthMode.require
    /// A file of certificates in PEM that clients' certificates have to come from.
    public var ca: String
    /// A file of revocation lists in PEM (RFC 5280); nil has nothing revoked.
    public var crl: String?
    /// Certificates between a client's and one of `ca`, at most, 0 to 10.
    public var depth = 3

    /// Certificates from those in the file `ca` are required.
    public init(ca: String) { self.ca = ca }
}
