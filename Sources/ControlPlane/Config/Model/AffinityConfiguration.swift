// A client that comes back to its backend by a cookie.

/// The cookie that binds a client to a backend.
public struct AffinityConfiguration: Sendable, Equatable {
    /// Its name: a token (RFC 6265, section 4.1.1).
    public var cookie = "SLUICE"
    /// What its value is made with, 16 to 256 bytes; nil is one that the process makes for
    /// itself.
    public var secret: String?
    /// Its `Path`: begins with `/`.
    public var path = "/"
    /// Keeps it off connections without TLS.
    public var secure = false
    /// Requests of other sites that carry it.
    public var sameSite = SameSite.lax
    /// How long browsers keep it, in whole seconds; nil is until they are closed.
    public var maxAge: Duration?
    /// Responses that set it are kept out of caches that clients share.
    public var isPrivate = true

    /// The defaults.
    public init() {}
}
