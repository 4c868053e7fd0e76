// The memory behind a listener's routes by ClientHello.

internal import Config
internal import Proxy
internal import Routing

/// Owns the plan of a listener that passes TLS on, and the table that finds its routes.
@safe final class HelloStorage {
    let plan: UnsafeMutablePointer<HelloPlan>
    private let table: ServerNameTable
    private let places: UnsafeMutablePointer<UnsafePointer<UpstreamPlan>>

    /// Alerts for who is not taken by any route: the name is not known here (RFC 6066, section 3),
    /// or where names do not matter, none of the protocols is spoken (RFC 7301, section 3.2).
    private static let unrecognizedName: UInt8 = 112
    private static let noApplicationProtocol: UInt8 = 120

    /// - Parameter upstreams: The plans of all upstreams by name.
    init(
        _ listener: ListenerConfiguration,
        upstreams: [String: UnsafeMutablePointer<UpstreamPlan>]
    ) {
        let routes = listener.helloRoutes
        table = ServerNameTable.build(routes.map(ServerNamePattern.init))
        unsafe places = .allocate(capacity: max(1, routes.count))
        for (index, route) in routes.enumerated() {
            guard let upstream = unsafe upstreams[route.upstream] else {
                preconditionFailure("a route without its upstream")
            }
            unsafe (places + index).initialize(to: UnsafePointer(upstream))
        }
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: HelloPlan(
                table: table, upstreams: places, routeCount: routes.count,
                fallback: upstreams[listener.upstream].map { unsafe UnsafePointer($0) },
                timeoutMs: listener.helloTimeout.milliseconds,
                noRouteAlert: routes.allSatisfy(\.serverNames.isEmpty)
                    ? Self.noApplicationProtocol : Self.unrecognizedName))
    }

    deinit {
        unsafe plan.deallocate()
        unsafe places.deallocate()
        table.deallocate()
    }
}

extension ServerNamePattern {
    /// What a route takes.
    fileprivate init(_ route: HelloRouteConfiguration) {
        self.init(
            hosts: route.serverNames.map(Routing.HostPattern.init), protocols: route.protocols)
    }
}
