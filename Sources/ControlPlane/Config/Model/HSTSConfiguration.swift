// Telling browsers to come by TLS only.

/// The value of `Strict-Transport-Security` (RFC 6797, section 6.1).
public struct HSTSConfiguration: Sendable, Equatable, CustomStringConvertible {
    /// How long browsers remember it, in whole seconds; zero has them forget.
    public var maxAge: Duration = .seconds(365 * 86_400)
    /// Goes for all names below the host too.
    public var includeSubdomains = false
    /// Allows browsers to ship with it.
    public var preload = false

    /// A year, for the host alone.
    public init() {}

    /// As the field has it.
    public var description: String {
        "max-age=\(maxAge.components.seconds)" + (includeSubdomains ? "; includeSubDomains" : "")
            + (preload ? "; preload" : "")
    }
}
