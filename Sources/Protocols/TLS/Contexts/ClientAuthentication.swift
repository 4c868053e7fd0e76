// Whether clients have to show certificates, and which are believed.

/// What a listener asks of its clients' certificates.
public struct ClientAuthentication: Sendable {
    /// How much a listener insists.
    public enum Mode: BitwiseCopyable, Sendable {
        /// Clients are asked. Those without a certificate are served, and so are those with one that
        /// is not good: `TLSSession.peerWord` says so, and nothing else of it is told.
        case request
        /// The handshake fails without a good certificate.
        case require
    }

    /// How much the listener insists.
    public var mode: Mode
    /// Whose certificates are good, and which of them were revoked. Their names are sent to clients,
    /// which choose by them. Whoever made them keeps them until the contexts are made.
    public var authorities: TrustedAuthorities
    /// How many certificates may stand between a client's and a trusted one.
    public var depthMax: Int

    /// Asks as `mode` says.
    public init(mode: Mode, authorities: TrustedAuthorities, depthMax: Int = 4) {
        self.mode = mode
        self.authorities = authorities
        self.depthMax = depthMax
    }
}
