// A route that sends clients elsewhere.

/// A redirection.
public struct RedirectConfiguration: Sendable, Equatable {
    /// Statuses that it may have (RFC 9110, section 15.4).
    public static let statuses = [301, 302, 303, 307, 308]

    /// The `Location`: an absolute URL, or a path.
    public var target = ValueTemplate()
    /// One of `statuses`.
    public var status = 307

    /// A temporary redirection that keeps the method, to nowhere yet.
    public init() {}
}
