// Why a ClientHello is refused: each cause that can be told apart has a case. What is ambiguous is
// refused and never repaired, since the backend may read it differently from who routed it.

/// Why a stream is not passed on by what its ClientHello says.
public enum ClientHelloRefusal: UInt8, BitwiseCopyable, Equatable, Sendable, CaseIterable {
    // The stream.

    /// A request of HTTP without TLS.
    case plainHTTP
    /// A hello in the form of SSL 2.0, which must not be accepted (RFC 8446, appendix D.5).
    case oldHello
    /// Not TLS at all.
    case notTLS

    // Records (RFC 8446, section 5.1).

    /// Another content type before the hello is whole.
    case unexpectedRecord
    /// A record of another protocol than SSL 3.0 to TLS; which of these it says means nothing.
    case badRecordVersion
    /// A record of no octets, which no handshake message may be in.
    case emptyRecord
    /// A record beyond 2^14 octets.
    case recordTooLong
    /// A hello beyond `ClientHelloLimits.streamBytesMax`.
    case tooLong
    /// Another handshake message.
    case notClientHello
    /// More in the last record than the hello. Keys may change after it, where a record has to
    /// end, and no client has anything to say before it is answered.
    case excessData

    // The message (RFC 8446, section 4.1.2).

    /// Lengths that do not add up.
    case badLength
    /// A version below SSL 3.0.
    case badVersion
    /// A session beyond 32 octets.
    case badSession
    /// No cipher suites, or half a one.
    case badCipherSuites
    /// Compression methods without the one that is none (RFC 5246, section 7.4.1.2).
    case badCompressionMethods
    /// More extensions than there is reason for.
    case tooManyExtensions
    /// Two extensions of one type (RFC 8446, section 4.2).
    case duplicateExtension

    // Extensions.

    /// A server_name that is not just one host name (RFC 6066, section 3).
    case badServerName
    /// A server name beyond 253 octets.
    case serverNameTooLong
    /// A server name that no host can have: with octets other than letters, digits, `-`, `_` and
    /// dots, such as NUL, or with a label that is empty or beyond 63 octets.
    case notHostName
    /// No list of protocols, an empty one, or one with an empty name (RFC 7301, section 3.1).
    case badProtocols
    /// No list of versions, or an empty one (RFC 8446, section 4.2.1).
    case badSupportedVersions
    /// An encrypted hello that is neither outer nor inner (RFC 9849, section 5).
    case badECH
}
