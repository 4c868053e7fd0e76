// One route of an HTTP listener: which requests, and what becomes of them.

/// A route.
public struct RouteConfiguration: Sendable, Equatable {
    /// What the file calls it, if it does; unique within the listener, and never digits alone.
    public var name: String?
    /// Which requests it takes.
    public var match = RouteMatch()
    /// Comes before how exact the match is, higher first; -1000 to 1000.
    public var priority = 0
    /// What becomes of them.
    public var action = RouteAction.upstream("")
    /// How the path is changed; nil leaves it. Only with an upstream, like all that follows.
    public var rewrite: PathRewrite?
    /// Changes of the request's header, made after those of the listener.
    public var requestHeaders = HeaderEdits()
    /// Changes of the response's header, made after those of the listener.
    public var responseHeaders = HeaderEdits()
    /// Time limits of its own.
    public var timeouts = RouteTimeouts()

    /// Every request, to no upstream yet.
    public init() {}

    /// What it is called in metrics and in the log: its name, or else its number in the file,
    /// from 1.
    public func label(number: Int) -> String { name ?? String(number) }
}
