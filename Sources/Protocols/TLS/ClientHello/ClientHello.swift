// What a client says before anything is encrypted, as far as a choice of route needs it. A hello
// is only read here: whoever serves it reads all of it again, and refuses what isn't of interest.

/// A parsed ClientHello (RFC 8446, section 4.1.2). Its pointers are good for as long as the octets
/// that were parsed and the scratch are left as they are.
@safe
public struct ClientHello: BitwiseCopyable {
    /// The host asked for (RFC 6066, section 3): lower case, without a trailing dot, of letters,
    /// digits, `-`, `_` and dots, 253 octets at most. Empty when none is. In the scratch.
    public var serverName = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// What the client would speak, in its order (RFC 7301, section 3.1); none when it doesn't say.
    public var protocols = ProtocolNames()
    /// How many octets the records have that the hello came in. What follows is not looked at.
    public let byteCount: Int
    /// The version of old, 0x0303 from every client of today (RFC 8446, section 4.1.2).
    public var legacyVersion: UInt16 = 0
    /// The highest TLS of `supported_versions` (RFC 8446, section 4.2.1), such as 0x0304; 0 when
    /// the client doesn't send it, or names nothing but reserved values (RFC 8701) and drafts.
    public var supportedVersionMax: UInt16 = 0
    /// True when the client does send `supported_versions`.
    public var hasSupportedVersions = false
    /// True when an IP address was sent in place of a name, for which `serverName` is empty.
    public var hasAddressName = false
    /// True when there is an outer encrypted hello (RFC 9849, section 5), be it a real one or one
    /// that only looks so: `serverName` may be another than what is asked for.
    public var hasOuterECH = false

    /// The places within a hello that the parser fills in.
    init(byteCount: Int) { self.byteCount = byteCount }

    /// The highest version that the client would speak; 0 when it names none that is known.
    public var versionMax: UInt16 {
        // Without the extension there is no way to ask for more than TLS 1.2.
        hasSupportedVersions ? supportedVersionMax : min(legacyVersion, 0x0303)
    }
}
