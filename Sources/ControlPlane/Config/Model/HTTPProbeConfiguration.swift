// A probe by HTTP.

/// The request of a probe, and the responses that are a success.
public struct HTTPProbeConfiguration: Sendable, Equatable {
    /// The request's method, capital letters.
    public var method = "GET"
    /// The request's target: begins with `/`, visible ASCII only.
    public var path = "/"
    /// The `Host` field; nil is the address of the backend.
    public var host: String?
    /// Status codes that are a success, each range within 100...599; at least one range.
    public var statuses: [ClosedRange<Int>] = [200...399]
    /// Text that the response's body has to hold; nil accepts any body.
    public var body: String?

    /// The defaults.
    public init() {}
}
