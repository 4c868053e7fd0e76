// What an upstream says of TLS.

/// How sessions with backends are to be.
public struct TLSClientSettings: Sendable {
    /// Versions, ciphers and protocols.
    public var tls = TLSSettings()
    /// Whose certificates are good; nil to believe anybody, which leaves the door open to whoever is
    /// in between. Whoever made them keeps them until the context is made.
    public var authorities: TrustedAuthorities?
    /// The certificate that is shown to backends that ask for one. It is copied.
    public var certificate: CertificateChain?
    /// True to ask backends for what they know of their own certificate (OCSP stapling).
    public var asksForStatus = false

    /// Settings that believe the given authorities.
    public init(authorities: TrustedAuthorities?) { self.authorities = authorities }
}
