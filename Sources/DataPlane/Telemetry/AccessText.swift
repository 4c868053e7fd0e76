// What an access record tells in the client's own words.

/// A text of an exchange. The raw value is its place in a record.
public enum AccessText: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// The request's method, as it was sent.
    case method
    /// The host that the request was for, without port.
    case host
    /// The request's target, as it was sent.
    case target
    /// The User-Agent field.
    case userAgent
    /// The Referer field.
    case referer
    /// What identifies the request across programs.
    case requestID
    /// Who the client was, by what proxies before us said.
    case forwardedClient
    /// What the client's TLS came to: the version, the cipher by its name in OpenSSL, the name that
    /// was asked for and the protocol that was agreed upon.
    case tlsVersion, tlsCipher, tlsServerName, tlsProtocol
    /// What became of the client's certificate, its subject, alternative names and fingerprint.
    case certificateVerdict, certificateSubject, certificateNames, certificateFingerprint
    /// Fields and cookies that a log's format asks for beyond these, in the format's order.
    case extra0, extra1, extra2, extra3, extra4, extra5, extra6, extra7

    /// Bytes that are told of it at most; what is beyond is cut off. Lines stay short enough for
    /// those who read them, and a client cannot fill the log faster than this.
    public var bytesMax: Int {
        switch self {
        case .method: 32
        case .host: 256
        case .target: 2048
        case .userAgent: 512
        case .referer: 1024
        case .requestID: 128
        case .forwardedClient: 256
        case .tlsVersion: 8
        case .tlsCipher: 64
        case .tlsServerName: 256
        case .tlsProtocol: 64
        case .certificateVerdict: 32
        case .certificateSubject, .certificateNames: 512
        case .certificateFingerprint: 64
        case .extra0, .extra1, .extra2, .extra3, .extra4, .extra5, .extra6, .extra7: 256
        }
    }

    /// How many texts a record may have.
    public static var count: Int { 23 }
    /// How many of them are for what a format asks for.
    public static var extraCount: Int { 8 }
    /// Bytes of all texts at most.
    public static var totalBytesMax: Int {
        32 + 256 + 2048 + 512 + 1024 + 128 + 256 + 8 + 64 + 256 + 64 + 32 + 512 + 512 + 64
            + extraCount * 256
    }

    /// The place of what a format asks for, from 0.
    public static func extra(_ index: Int) -> AccessText {
        precondition(index >= 0 && index < extraCount)
        guard let text = AccessText(rawValue: extra0.rawValue + UInt8(index)) else {
            preconditionFailure("extras are the last texts")
        }
        return text
    }
}
