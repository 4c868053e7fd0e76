// Time limits of the exchanges of one route.

/// What a route has of its own; nil is what holds elsewhere.
public struct RouteTimeouts: Sendable, Equatable {
    /// From the request's end to the response's head; nil is that of the upstream.
    public var firstByte: Duration?
    /// A whole exchange; nil is that of the listener.
    public var request: Duration?

    /// None of its own.
    public init() {}
}
