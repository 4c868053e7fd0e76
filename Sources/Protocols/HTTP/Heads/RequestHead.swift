// The head of a request as the parser leaves it: where its parts are, and what it asks of the proxy.

/// A parsed request head. All ranges are into the buffer that it was parsed from.
public struct RequestHead: BitwiseCopyable, Sendable {
    /// What parsing comes to.
    public typealias Outcome = HeadOutcome

    /// How many octets the head has, with its empty line and with an empty line before it that was
    /// passed over. The body begins there.
    public var byteCount = 0
    /// How many fields were filled.
    public var fieldCount = 0
    /// How the body ends; never `untilClose`.
    public var framing = BodyFraming.none
    /// The method as it was written.
    public var methodRange = HeadRange()
    /// The whole target as it was written.
    public var target = HeadRange()
    /// The host asked for, of the target or else of Host: a name of unreserved characters or an
    /// IPv6 address in brackets, in the case that it came in. Empty when Host is, or in HTTP/1.0
    /// without Host.
    public var host = HeadRange()
    /// The path with its first slash. Without characters that a path can't have, without bad
    /// escapes and dot segments. Empty in the authority and the asterisk form, and for
    /// `http://host` and `http://host?query`, where `/` is meant, or `*` with OPTIONS.
    public var path = HeadRange()
    /// What is behind the first `?`, without it.
    public var query = HeadRange()
    /// The value of Upgrade when `wantsUpgrade`.
    public var upgrade = HeadRange.missing
    /// The port asked for, or 0 when none is said.
    public var port: UInt16 = 0
    /// The method, when it is a known one.
    public var method = Method.other
    /// The form of the target.
    public var form = TargetForm.origin
    /// 0 for HTTP/1.0, 1 for all other 1.x.
    public var minorVersion: UInt8 = 0
    /// True when there is a `?`, whatever is behind it.
    public var hasQuery = false
    /// True when the path has percent-escapes; `PathEscapes` decodes what may be decoded.
    public var pathHasEscapes = false
    /// True when the client lets the connection go on after this request.
    public var keepsAlive = false
    /// True when the client waits for 100 Continue before it sends the body that it has.
    public var expectsContinue = false
    /// True when the client offers to go on with another protocol (RFC 9110, section 7.8) that is not
    /// HTTP/2: see `UpgradeProtocols`.
    public var wantsUpgrade = false
    /// True when HTTP/2 is among the protocols of `upgrade`, which is not to be passed on.
    public var offersHTTP2 = false

    /// A head of nothing, to be filled.
    public init() {}
}
