// The head of a response as the parser leaves it.

/// A parsed response head. All ranges are into the buffer that it was parsed from.
public struct ResponseHead: BitwiseCopyable, Sendable {
    /// What parsing comes to.
    public typealias Outcome = HeadOutcome

    /// How many octets the head has, with its empty line. The body begins there.
    public var byteCount = 0
    /// How many fields were filled.
    public var fieldCount = 0
    /// How the body ends: `none` whenever the request's method or the status has no body, whatever
    /// the fields say of another one.
    public var framing = BodyFraming.none
    /// The reason phrase, which may be empty.
    public var reason = HeadRange()
    /// The value of Upgrade, or missing.
    public var upgrade = HeadRange.missing
    /// The status, 100 to 999.
    public var status: UInt16 = 0
    /// Seconds that `Keep-Alive: timeout=` promises, or 0 when it says nothing.
    public var keepAliveTimeoutSeconds: UInt16 = 0
    /// 0 for HTTP/1.0, 1 for all other 1.x.
    public var minorVersion: UInt8 = 0
    /// True when the backend lets the connection go on after this response. Never with `untilClose`
    /// or after a switch to another protocol.
    public var keepsAlive = false

    /// A head of nothing, to be filled.
    public init() {}

    /// True for 1xx but 101: another head follows for the same request (RFC 9110, section 15.2).
    @inline(__always)
    public var isInterim: Bool { status < 200 && status != 101 }

    /// True for 101: what follows is another protocol's (RFC 9110, section 15.2.2). Whether it was
    /// asked for is the caller's to check.
    @inline(__always)
    public var isUpgrade: Bool { status == 101 }
}
