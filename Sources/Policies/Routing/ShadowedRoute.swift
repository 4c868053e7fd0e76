// A finding about routes, for whoever checks a configuration.

/// A route that no request can take.
public struct ShadowedRoute: Sendable, Hashable {
    /// The route.
    public let index: Int

    /// A route that takes what this one is for; where several share that, one of them. It can be
    /// taken itself, though maybe by other requests.
    public let shadowedBy: Int
}
