// How long the parts of an exchange may take on the downstream side.

/// Time limits of exchanges and of the pauses between them.
public struct ListenerHTTPTimeouts: Sendable, Equatable {
    /// From the first byte of a request, or from accepting the connection, to the end of its head.
    public var head: Duration = .seconds(10)
    /// Without a byte of a request's body.
    public var body: Duration = .seconds(30)
    /// Without a request, after a response.
    public var keepAlive: Duration = .seconds(60)
    /// From a request's first byte to its response's last; nil is no limit.
    public var request: Duration?

    /// The defaults.
    public init() {}
}
