// What a listener says of TLS, besides its certificates.

/// How a listener's sessions are to be.
public struct TLSServerSettings: Sendable {
    /// Versions, ciphers and protocols.
    public var tls = TLSSettings()
    /// True to refuse clients that ask for a name that no certificate is for, or for none; else they
    /// get the first certificate.
    public var isStrict = false
    /// What tickets are sealed with; nil for no tickets. It must outlive all sessions.
    public var tickets: TicketKeys?
    /// Where sessions are kept that clients may take up without tickets; nil for nowhere. It must
    /// outlive all sessions.
    public var cache: SessionCache?
    /// For how long sessions may be taken up.
    public var sessionSeconds = 24 * 3600
    /// Bytes that a client may send before the handshake is done, where it takes up a session of TLS
    /// 1.3 (0-RTT). Anybody who saw them can send them again, so 0 is none.
    ///
    /// OpenSSL's own guard against that remembers tickets in one context, which no other worker or node
    /// knows of, so it is off: only what is safe to repeat may be served early (RFC 8470).
    public var earlyDataBytesMax = 0
    /// What is asked of clients' certificates; nil for nothing.
    public var clientAuthentication: ClientAuthentication?
    /// What sessions belong to, such as the listener's name and what it asks of clients: they are taken
    /// up only where it is the same, on whatever worker or node.
    public var sessionScope: [UInt8] = []

    /// Settings of the default preset, without tickets.
    public init() {}
}
