// HTTP of a listener as the configuration has it, ready for workers.

public import Routing

/// What a listener does with exchanges. Immutable; the control plane owns the memory behind it.
/// Times are in ms; 0 is off.
@safe public struct HTTPPlan: @unchecked Sendable {
    /// Finds the route of a request: its place in `routes`.
    public var table: RouteTable
    /// The routes, one for each place of the table, and after them the one for what no route
    /// takes.
    public var routes: UnsafePointer<RoutePlan>
    /// How many places the table has.
    public var routeCount: Int
    /// Something is done with what no route takes.
    public var hasFallback: Bool
    /// From the first byte of a request, or from accepting the connection, to the end of its head.
    public var headTimeoutMs: UInt64 = 10_000
    /// Without a byte of a request's body, or without the client taking one of the response.
    public var bodyTimeoutMs: UInt64 = 30_000
    /// Between two requests.
    public var keepAliveTimeoutMs: UInt64 = 60_000
    /// From the first byte of a request to the last one of its response.
    public var requestTimeoutMs: UInt64 = 0
    /// Requests of one connection; 0 is no limit.
    public var requestsMax: UInt32 = 0
    /// Peers whose words on the client are believed.
    public var trustedProxies = TrustedPeers()
    /// Backends are told of the client by `X-Forwarded-` fields.
    public var writesXForwarded = true
    /// Backends are told of the client by `Forwarded` (RFC 7239).
    public var writesForwarded = false
    /// The name in `Via`; empty for none.
    public var via = PlanText()
    /// The field that identifies a request, as it is written; empty for none.
    public var requestIDName = PlanText()
    /// One that the client gives is passed on.
    public var trustsRequestID = true
    /// What `Strict-Transport-Security` says to clients that speak TLS (RFC 6797), in place of what
    /// backends say; empty for nothing.
    public var hsts = PlanText()
    /// CONNECT is allowed.
    public var allowsConnect = false
    /// Compression of responses; nil for none.
    public var compression: UnsafePointer<CompressionPlan>?
    /// Pages of answers that are made here, by status.
    public var errorPages: UnsafePointer<ErrorPagePlan>?
    /// How many pages there are.
    public var errorPageCount = 0
    /// The access log; nil for none.
    public var access: UnsafePointer<AccessPlan>?
    /// What outlives the plan.
    public var state: UnsafeMutablePointer<ExchangeState>

    /// A plan with routes and the defaults.
    public init(
        table: RouteTable, routes: UnsafePointer<RoutePlan>, routeCount: Int, hasFallback: Bool,
        state: UnsafeMutablePointer<ExchangeState>
    ) {
        self.table = table
        unsafe self.routes = unsafe routes
        self.routeCount = routeCount
        self.hasFallback = hasFallback
        unsafe self.state = unsafe state
    }
}
