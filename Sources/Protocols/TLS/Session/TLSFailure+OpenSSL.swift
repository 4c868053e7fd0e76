// What OpenSSL's numbers mean, in one table. Reasons of its SSL library are in `openssl/sslerr.h`;
// those from 1000 on are alerts of the peer (RFC 8446, section 6). Verify results are in
// `openssl/x509_vfy.h`.

internal import COpenSSL

extension TLSFailure {
    /// The failure that the thread's error queue tells of, whose first error is the cause and whose
    /// others are what came of it. Empties the queue.
    static func drained(of session: OpaquePointer) -> TLSFailure {
        var failure: TLSFailure?
        while case let code = ERR_get_error(), code != 0 {
            if failure != nil { continue }
            failure = unsafe TLSFailure(code: code, session: session)
        }
        return failure ?? .internalError
    }

    /// Nil where the error tells less than those behind it.
    private init?(code: UInt, session: OpaquePointer) {
        let reason = copenssl_error_reason(code)
        guard copenssl_error_is_memory(code) == 0 else {
            self = .outOfMemory
            return
        }
        switch copenssl_error_library(code) {
        // Callbacks of ours say what they mean.
        case ERR_LIB_USER: self = TLSFailure(rawValue: UInt8(truncatingIfNeeded: reason))!
        case ERR_LIB_SSL where reason == SSL_R_CERTIFICATE_VERIFY_FAILED:
            self =
                unsafe TLSFailure(verifyResult: SSL_get_verify_result(session)) ?? .badCertificate
        case ERR_LIB_SSL:
            guard let failure = TLSFailure(alert: reason) ?? TLSFailure(reason: reason) else {
                return nil
            }
            self = failure
        // Certificates and keys that cannot be parsed, points that are on no curve.
        case ERR_LIB_X509, ERR_LIB_X509V3, ERR_LIB_ASN1: self = .badCertificate
        case ERR_LIB_EC, ERR_LIB_RSA, ERR_LIB_EVP, ERR_LIB_PROV: return nil
        default: self = .internalError
        }
    }

    /// An alert of the peer; nil for other reasons.
    private init?(alert reason: Int32) {
        guard reason >= SSL_AD_REASON_OFFSET else { return nil }
        switch reason {
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
            self = .alertHandshakeFailure
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_TLSV1_ALERT_INAPPROPRIATE_FALLBACK:
            self = .alertProtocolVersion
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA: self = .alertUnknownAuthority
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE:
            self = .alertBadCertificate
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: self = .alertCertificateExpired
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED: self = .alertCertificateRevoked
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
            self = .alertCertificateRequired
        case SSL_R_TLSV1_UNRECOGNIZED_NAME: self = .alertUnrecognizedName
        case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: self = .alertNoApplicationProtocol
        case SSL_R_SSLV3_ALERT_BAD_RECORD_MAC, SSL_R_TLSV1_ALERT_DECRYPTION_FAILED,
            SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
            self = .alertBadRecord
        default: self = .alertReceived
        }
    }

    /// A reason of the SSL library that is no alert.
    private init?(reason: Int32) {
        switch reason {
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_CIPHERS_AVAILABLE,
            SSL_R_NO_CIPHERS_SPECIFIED, SSL_R_WRONG_CURVE, SSL_R_UNSUPPORTED_ELLIPTIC_CURVE:
            self = .noSharedCipher
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH,
            SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_WRONG_SSL_VERSION, SSL_R_UNSUPPORTED_SSL_VERSION,
            SSL_R_INAPPROPRIATE_FALLBACK:
            self = .protocolVersion
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            self = .certificateRequired
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: self = .plainHTTP
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNKNOWN_PROTOCOL, SSL_R_RECORD_TOO_SMALL,
            SSL_R_RECORD_LENGTH_MISMATCH, SSL_R_BAD_RECORD_TYPE:
            self = .notTLS
        case SSL_R_NO_APPLICATION_PROTOCOL: self = .noApplicationProtocol
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: self = .handshakeCutShort
        case SSL_R_NO_RENEGOTIATION, SSL_R_RENEGOTIATE_EXT_TOO_LONG,
            SSL_R_RENEGOTIATION_MISMATCH, SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
            self = .renegotiation
        case SSL_R_DECRYPTION_FAILED, SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
            SSL_R_DIGEST_CHECK_FAILED, SSL_R_BLOCK_CIPHER_PAD_IS_WRONG:
            self = .badRecord
        case SSL_R_UNKNOWN_CERTIFICATE_TYPE, SSL_R_WRONG_CERTIFICATE_TYPE,
            SSL_R_CERT_LENGTH_MISMATCH, SSL_R_BAD_SIGNATURE, SSL_R_CA_MD_TOO_WEAK,
            SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_WRONG_SIGNATURE_TYPE:
            self = .badCertificate
        // It follows what a callback of ours has said.
        case SSL_R_CALLBACK_FAILED: return nil
        case copenssl_internal_error, SSL_R_BAD_WRITE_RETRY, SSL_R_BAD_LENGTH,
            SSL_R_UNINITIALIZED, SSL_R_CONNECTION_TYPE_NOT_SET:
            self = .internalError
        default: self = .protocolViolation
        }
    }

    /// What checking the peer's certificate came to; nil when it is good.
    init?(verifyResult result: Int) {
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_OK: return nil
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            self = .unknownAuthority
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .certificateNotYetValid
        case X509_V_ERR_CERT_REVOKED: self = .certificateRevoked
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
            X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
            X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
            X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
            self = .revocationUnknown
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .nameMismatch
        case X509_V_ERR_OUT_OF_MEM: self = .outOfMemory
        default: self = .badCertificate
        }
    }
}
