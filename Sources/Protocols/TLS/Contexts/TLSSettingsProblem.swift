// Why no context can be made of what the configuration says.

/// What is wrong with settings.
public enum TLSSettingsProblem: Error, Equatable, Sendable {
    /// There is no certificate.
    case noCertificate
    /// The certificate of that place among those given, from 0 on, is too weak for OpenSSL, or made
    /// with a digest that is.
    case weakCertificate(Int)
    /// OpenSSL knows no such ciphers of TLS 1.2.
    case ciphers(String)
    /// OpenSSL knows no such cipher suites of TLS 1.3.
    case cipherSuites(String)
    /// OpenSSL knows no such groups.
    case groups(String)
    /// The oldest version is newer than the newest.
    case versions
    /// An application protocol is empty or longer than 255 bytes.
    case applicationProtocols
    /// A server name is longer than 255 bytes, empty or has a zero in it.
    case serverName

    /// What is wrong, in words.
    public var message: String {
        switch self {
        case .noCertificate: "there is no certificate"
        case .weakCertificate: "the certificate's key or signature is too weak"
        case .ciphers(let text): "OpenSSL knows no cipher of \"\(text)\""
        case .cipherSuites(let text): "OpenSSL knows no cipher suites \"\(text)\""
        case .groups(let text): "OpenSSL does not know all groups of \"\(text)\""
        case .versions: "the oldest version is newer than the newest"
        case .applicationProtocols: "an application protocol has 1 to 255 bytes"
        case .serverName: "a server name has 1 to 255 bytes"
        }
    }
}
