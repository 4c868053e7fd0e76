// How long the parts of an exchange may take on the upstream side.

/// Time limits of exchanges with a backend.
public struct UpstreamHTTPTimeouts: Sendable, Equatable {
    /// From the request's end to the response's head.
    public var firstByte: Duration = .seconds(30)
    /// Without a byte of a response's body.
    public var idle: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
