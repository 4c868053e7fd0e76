// A route of sessions whose TLS is passed on as it is: all that can be seen is the ClientHello.

/// A route of a TCP listener. Everything that is given has to match.
public struct HelloRouteConfiguration: Sendable, Equatable {
    /// The name that the client asks for (RFC 6066, section 3) is one of these, of which none is an
    /// address; empty is any, and none.
    public var serverNames: [HostPattern] = []
    /// The client offers one of these protocols (RFC 7301); empty is any, and none.
    public var protocols: [String] = []
    /// The upstream that the session goes to.
    public var upstream = ""

    /// Every session, to no upstream yet.
    public init() {}
}
