// What an upstream has for HTTP.

/// HTTP on the upstream side. Sessions of TCP listeners have no use for it.
public struct UpstreamHTTPConfiguration: Sendable, Equatable {
    /// How long the parts of an exchange may take.
    public var timeouts = UpstreamHTTPTimeouts()
    /// What makes a request be asked again.
    public var retry = HTTPRetryConfiguration()
    /// Connections kept open between exchanges; nil closes each after one.
    public var keepAlive: KeepAliveConfiguration? = KeepAliveConfiguration()

    /// The defaults.
    public init() {}
}
