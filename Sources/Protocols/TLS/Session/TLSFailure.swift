// Why TLS fails: the one vocabulary of its reasons for logs, metrics and status. What OpenSSL says is
// put into these words in `TLSFailure+OpenSSL`.

/// Why a TLS session failed. Raw values are places in tables of counters.
public enum TLSFailure: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// Both sides have no cipher, group or signature algorithm in common.
    case noSharedCipher
    /// Both sides have no version of the protocol in common.
    case protocolVersion
    /// The peer's certificate is from an authority that is not trusted.
    case unknownAuthority
    /// The peer's certificate cannot be used, for a reason that has no word of its own.
    case badCertificate
    /// The peer's certificate, or one of its chain, has expired.
    case certificateExpired
    /// The peer's certificate, or one of its chain, is not valid yet.
    case certificateNotYetValid
    /// The peer's certificate, or one of its chain, was revoked.
    case certificateRevoked
    /// There is no revocation list of some authority in the chain, or it is out of date.
    case revocationUnknown
    /// The peer had to show a certificate and has shown none.
    case certificateRequired
    /// The backend's certificate is for other names.
    case nameMismatch
    /// A plain HTTP request came to a port that speaks TLS.
    case plainHTTP
    /// What came is no TLS at all.
    case notTLS
    /// The client asked for a name, or for none, and no certificate is for that.
    case unknownServerName
    /// The client offers application protocols, and none that the listener speaks.
    case noApplicationProtocol
    /// The peer ended the connection in the middle of the handshake.
    case handshakeCutShort
    /// What came is TLS and breaks its rules.
    case protocolViolation
    /// A record could not be decrypted, or is not what was sent.
    case badRecord
    /// The peer wants another handshake within the session, which is refused.
    case renegotiation
    /// The peer's alert: nothing that it was offered suits it.
    case alertHandshakeFailure
    /// The peer's alert: it does not speak such versions.
    case alertProtocolVersion
    /// The peer's alert: it does not trust who issued our certificate.
    case alertUnknownAuthority
    /// The peer's alert: it does not take our certificate.
    case alertBadCertificate
    /// The peer's alert: our certificate has expired.
    case alertCertificateExpired
    /// The peer's alert: our certificate was revoked.
    case alertCertificateRevoked
    /// The peer's alert: it wants a certificate.
    case alertCertificateRequired
    /// The peer's alert: it does not know the name that it was asked for.
    case alertUnrecognizedName
    /// The peer's alert: it speaks none of the application protocols.
    case alertNoApplicationProtocol
    /// The peer's alert: it could not decrypt what it got.
    case alertBadRecord
    /// An alert of the peer that has no word of its own.
    case alertReceived
    /// There was no memory.
    case outOfMemory
    /// OpenSSL failed for a reason that nobody outside has to do with.
    case internalError

    /// The word in logs, metrics and status. It never changes.
    public var word: StaticString {
        switch self {
        case .noSharedCipher: "no_shared_cipher"
        case .protocolVersion: "protocol_version"
        case .unknownAuthority: "unknown_ca"
        case .badCertificate: "bad_certificate"
        case .certificateExpired: "certificate_expired"
        case .certificateNotYetValid: "certificate_not_yet_valid"
        case .certificateRevoked: "certificate_revoked"
        case .revocationUnknown: "revocation_unknown"
        case .certificateRequired: "certificate_required"
        case .nameMismatch: "name_mismatch"
        case .plainHTTP: "plain_http"
        case .notTLS: "not_tls"
        case .unknownServerName: "unknown_server_name"
        case .noApplicationProtocol: "no_application_protocol"
        case .handshakeCutShort: "handshake_cut_short"
        case .protocolViolation: "protocol_violation"
        case .badRecord: "bad_record"
        case .renegotiation: "renegotiation"
        case .alertHandshakeFailure: "alert_handshake_failure"
        case .alertProtocolVersion: "alert_protocol_version"
        case .alertUnknownAuthority: "alert_unknown_ca"
        case .alertBadCertificate: "alert_bad_certificate"
        case .alertCertificateExpired: "alert_certificate_expired"
        case .alertCertificateRevoked: "alert_certificate_revoked"
        case .alertCertificateRequired: "alert_certificate_required"
        case .alertUnrecognizedName: "alert_unrecognized_name"
        case .alertNoApplicationProtocol: "alert_no_application_protocol"
        case .alertBadRecord: "alert_bad_record"
        case .alertReceived: "alert_received"
        case .outOfMemory: "out_of_memory"
        case .internalError: "internal_error"
        }
    }
}
