// A certificate of ours, by the files that hold it. Nothing here opens them: whether they can be
// read and go together is known once somebody loads them.

/// A certificate with its key. All paths are absolute, or relative to the configuration file's
/// directory.
public struct CertificateConfiguration: Sendable, Equatable {
    /// The certificate in PEM, those that signed it behind it.
    public var cert: String
    /// The private key in PEM; nil where it is in the file `cert`.
    public var key: String?
    /// A file whose first line unlocks the key; nil for one that is not locked.
    public var passwordFile: String?
    /// A file with an OCSP response (RFC 6960) in DER; nil staples none.
    public var ocsp: String?

    /// A certificate in a file that holds its key too.
    public init(cert: String) { self.cert = cert }

    /// The file that holds the private key.
    public var keyFile: String { key ?? cert }
}
