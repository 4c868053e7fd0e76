// The name that a request has over all machines that it passes.

/// The field that identifies a request.
public struct RequestIDConfiguration: Sendable, Equatable {
    /// The field: a token (RFC 9110, section 5.6.2).
    public var header = "X-Request-Id"
    /// Keeps what a trusted proxy has sent.
    public var trust = true

    /// The defaults.
    public init() {}
}
