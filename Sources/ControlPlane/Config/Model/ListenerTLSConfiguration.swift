// TLS between clients and a listener.

/// TLS on the downstream side: the listener ends it, and what was sent goes on decrypted.
public struct ListenerTLSConfiguration: Sendable, Equatable {
    /// Certificates that are named one by one, each file once. Empty only where there is
    /// `directory`.
    public var certificates: [CertificateConfiguration] = []
    /// A folder of PEM files, each with a certificate, what signed it, and its key: an absolute path,
    /// or one relative to the configuration file's directory, without a slash at its end. Nil is
    /// none.
    public var directory: String?
    /// Where versions, ciphers and groups come from that are not given.
    public var preset = TLSPreset.intermediate
    /// What the file says of the oldest version; `versions` is what holds.
    public var minVersion: TLSVersion?
    /// What the file says of the newest version; `versions` is what holds.
    public var maxVersion: TLSVersion?
    /// Ciphers of TLS 1.2 as OpenSSL lists them; nil are those of the preset.
    public var ciphers: String?
    /// Cipher suites of TLS 1.3, a colon between them; nil are those of the preset.
    public var ciphersuites: String?
    /// Groups for the exchange of keys, a colon between them; nil are those of the preset.
    public var groups: String?
    /// What the file says of protocols; `protocols(of:)` is what holds. Unique, not empty.
    public var alpn: [String]?
    /// Ends handshakes for names that no certificate has, in place of showing the first one.
    public var strictSNI = false
    /// Session tickets; nil gives none.
    public var tickets: TicketConfiguration? = TicketConfiguration()
    /// Sessions that are remembered for clients that resume without tickets; nil are none.
    public var sessionCache: Int?
    /// Takes requests that come with the first flight of a resumed session (RFC 8446, section 2.3).
    public var earlyData = false
    /// Certificates of clients; nil asks for none.
    public var clientAuth: ClientAuthConfiguration?
    /// From accept to the end of the handshake.
    public var handshakeTimeout: Duration = .seconds(10)

    /// The defaults, without a certificate.
    public init() {}

    /// Versions that are spoken.
    public var versions: ClosedRange<TLSVersion> {
        let lower = minVersion ?? preset.versions.lowerBound
        let upper = maxVersion ?? preset.versions.upperBound
        // A file with those the other way round is refused.
        return lower...max(lower, upper)
    }

    /// Protocols that clients may choose by ALPN (RFC 7301) on a listener that speaks `protocol`,
    /// most liked first; with none the extension is not answered.
    public func protocols(of protocol: ListenerProtocol) -> [String] {
        if let alpn { return alpn }
        return switch `protocol` {
        case .tcp: []
        case .http: ["http/1.1"]
        }
    }
}
