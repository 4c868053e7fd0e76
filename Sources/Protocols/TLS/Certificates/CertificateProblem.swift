// What is wrong with certificates and keys that were given to us, in words for who gave them. They
// name no file: who read it knows that.

/// Why a certificate, its key or its chain cannot be used, or should not be.
public enum CertificateProblem: Error, Equatable, Sendable {
    /// The certificates are no PEM (RFC 7468): there is no `-----BEGIN` in it.
    case notPEM
    /// There is PEM, and no certificate in it.
    case noCertificate
    /// The certificate of that place, from 1 on, cannot be read.
    case unreadableCertificate(Int)
    /// There is no private key.
    case noKey
    /// The private key cannot be read, or is of a kind that TLS has no use for.
    case unreadableKey
    /// The private key is encrypted, and there is no password.
    case passwordRequired
    /// The private key is encrypted with another password.
    case wrongPassword
    /// The private key is another's.
    case keyMismatch
    /// The revocation lists cannot be read, or there is none.
    case unreadableRevocations
    /// The certificate of that place, from 1 on, did not issue the one before it.
    case chainOutOfOrder(Int)
    /// The chain ends with a certificate whose issuer is not there and not known here. Clients may
    /// know it.
    case chainIncomplete(issuer: String)
    /// It becomes valid at that time, in seconds since 1970.
    case notYetValid(from: Int64)
    /// It was valid until that time, in seconds since 1970.
    case expired(since: Int64)

    /// What is wrong, to go behind the name of a file.
    public var message: String {
        switch self {
        case .notPEM: "is not PEM: no -----BEGIN line"
        case .noCertificate: "has no certificate"
        case .unreadableCertificate(let position): "certificate \(position) cannot be read"
        case .noKey: "has no private key"
        case .unreadableKey: "the private key cannot be read"
        case .passwordRequired: "the private key is encrypted, and there is no password"
        case .wrongPassword: "the private key is encrypted with another password"
        case .keyMismatch: "the private key is not that of the certificate"
        case .unreadableRevocations: "has no revocation list that can be read"
        case .chainOutOfOrder(let position):
            "certificate \(position) did not issue certificate \(position - 1)"
        case .chainIncomplete(let issuer): "the chain lacks its issuer, \(issuer)"
        case .notYetValid: "the certificate is not yet valid"
        case .expired: "the certificate has expired"
        }
    }
}
