// What the key `routes` of a listener holds, by its protocol.

/// The routes of a listener, in one of their two languages.
enum ListenerRoutes: Sendable {
    /// With `protocol: http`.
    case requests([RouteConfiguration])
    /// With `protocol: tcp`.
    case hellos([HelloRouteConfiguration])
}
