// What a route does with the requests that it takes.

/// What becomes of a request.
public enum RouteAction: Sendable, Equatable {
    /// It goes to the upstream of this name.
    case upstream(String)
    /// The client is sent elsewhere.
    case redirect(RedirectConfiguration)
    /// It is answered here.
    case respond(RespondConfiguration)
}
