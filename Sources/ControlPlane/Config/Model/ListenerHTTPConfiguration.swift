// What an HTTP listener has beside its routes.

/// HTTP on the downstream side. Listeners of other protocols have the defaults, and no use for
/// them.
public struct ListenerHTTPConfiguration: Sendable, Equatable {
    /// How long the parts of an exchange may take.
    public var timeouts = ListenerHTTPTimeouts()
    /// Requests of one connection, at least 1; nil is no limit.
    public var maxRequests: Int?
    /// Peers whose `Forwarded`, `X-Forwarded` and request identifier fields are believed; unique.
    public var trustedProxies: [TrustedProxy] = []
    /// Fields that tell backends whom a request comes from.
    public var forwarded = ForwardedFields.xForwarded
    /// The name in `Via` (RFC 9110, section 7.6.3), a token; nil writes none.
    public var via: String? = "sluice"
    /// The field that identifies a request; nil is none.
    public var requestID: RequestIDConfiguration? = RequestIDConfiguration()
    /// Allows the method CONNECT (RFC 9110, section 9.3.6).
    public var connect = false
    /// Compression of responses; nil is none.
    public var compression: CompressionConfiguration?
    /// A line for each exchange; nil writes none.
    public var accessLog: AccessLogConfiguration?
    /// Tells browsers to come by TLS only; nil does not. Only where the listener has TLS.
    public var hsts: HSTSConfiguration?
    /// Pages of local responses; statuses are unique.
    public var errorPages: [ErrorPage] = []
    /// Changes of every request's header, made before those of a route.
    public var requestHeaders = HeaderEdits()
    /// Changes of every response's header, made before those of a route.
    public var responseHeaders = HeaderEdits()

    /// The defaults.
    public init() {}
}
