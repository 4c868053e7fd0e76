// TLS between Sluice and backends.

/// TLS on the upstream side. All paths are absolute, or relative to the configuration file's
/// directory.
public struct UpstreamTLSConfiguration: Sendable, Equatable {
    /// The name that is asked for and that the backend's certificate has to have, in lower case;
    /// nil is the host name that the backend is found by, or else its address, which is verified
    /// and not asked for.
    public var serverName: String?
    /// Takes the host of the request in place of that name. Then `serverName` is nil, and only HTTP
    /// listeners use the upstream.
    public var serverNameFromHost = false
    /// A file of certificates in PEM that the backends' have to come from; nil is the system's.
    public var ca: String?
    /// Ends handshakes with backends whose certificate does not verify.
    public var verify = true
    /// The certificate that backends get to see if they ask; nil shows none. It has no OCSP
    /// response.
    public var certificate: CertificateConfiguration?
    /// Protocols that are offered by ALPN (RFC 7301), most liked first; unique. Empty offers none.
    public var alpn: [String] = []
    /// The oldest version that is spoken; the newest is TLS 1.3.
    public var minVersion = TLSVersion.tls12
    /// Resumes sessions with a backend.
    public var sessionReuse = true

    /// The defaults: verified by the system's authorities.
    public init() {}
}
