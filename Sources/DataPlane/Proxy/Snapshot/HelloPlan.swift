// Routes by ClientHello of a listener as the configuration has them, ready for workers.

public import Routing

/// How a listener finds where a session goes by what its client says first. Immutable; the control
/// plane owns the memory behind it and frees it with the snapshot.
@safe public struct HelloPlan: @unchecked Sendable {
    /// Finds the route of a ClientHello: its place in `upstreams`.
    public let table: ServerNameTable
    /// Where the routes lead to, `routeCount` of them.
    public let upstreams: UnsafePointer<UnsafePointer<UpstreamPlan>>
    /// How many routes there are.
    public let routeCount: Int
    /// Where sessions go that no route takes; nil where these are closed.
    public let fallback: UnsafePointer<UpstreamPlan>?
    /// From accept to the end of the ClientHello, in ms.
    public let timeoutMs: UInt64
    /// The alert that clients get which no route takes (RFC 8446, section 6.2).
    public let noRouteAlert: UInt8
    /// The shortest time of its upstreams for sessions that a reload leaves without a place, in ms.
    let drainTimeoutMs: UInt64
    /// Some upstream may hash who connects.
    let wantsClient: Bool

    /// A plan with everything given.
    public init(
        table: ServerNameTable, upstreams: UnsafePointer<UnsafePointer<UpstreamPlan>>,
        routeCount: Int, fallback: UnsafePointer<UpstreamPlan>?, timeoutMs: UInt64,
        noRouteAlert: UInt8
    ) {
        self.table = table
        unsafe self.upstreams = unsafe upstreams
        self.routeCount = routeCount
        unsafe self.fallback = unsafe fallback
        self.timeoutMs = timeoutMs
        self.noRouteAlert = noRouteAlert
        var drainTimeoutMs = unsafe fallback?.pointee.drainTimeoutMs ?? .max
        var wantsClient = unsafe fallback?.pointee.key.isOfClient ?? false
        for index in 0..<routeCount {
            let upstream = unsafe upstreams[index]
            drainTimeoutMs = min(drainTimeoutMs, unsafe upstream.pointee.drainTimeoutMs)
            if unsafe upstream.pointee.key.isOfClient { wantsClient = true }
        }
        self.drainTimeoutMs = drainTimeoutMs
        self.wantsClient = wantsClient
    }

    /// Where a ClientHello leads to; nil where no route takes it, and nothing else does.
    ///
    /// - Parameters:
    ///   - serverName: What it asks for; empty when that is nothing.
    ///   - protocols: What it offers, as it is sent.
    func upstream(
        serverName: UnsafeBufferPointer<UInt8>, protocols: UnsafeBufferPointer<UInt8>
    ) -> UnsafePointer<UpstreamPlan>? {
        let place = unsafe table.match(serverName: serverName, protocols: protocols)
        guard place >= 0 else { return unsafe fallback }
        precondition(place < routeCount)
        return unsafe upstreams[Int(place)]
    }

    /// True when sessions may go to an upstream. O(routes).
    func leads(to other: UnsafePointer<UpstreamPlan>) -> Bool {
        if unsafe fallback == other { return true }
        for index in 0..<routeCount where unsafe upstreams[index] == other { return true }
        return false
    }
}
