// A finding about routes, for whoever checks a configuration.

/// A route that no request can take.
public struct ShadowedRoute: Sendable, Hashable {
    /// The route.
    public let index: Int

    /// A route that takes what this one is for: with several hosts or paths, the one that takes the
    /// first of them.
    public let shadowedBy: Int
}
