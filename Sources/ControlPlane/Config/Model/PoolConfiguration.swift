// Connections that are opened before anyone asks for them.

/// The connections to each backend that are kept ready.
public struct PoolConfiguration: Sendable, Equatable {
    /// Connections kept ready to each backend, at least 1.
    public var warm = 1
    /// One that nobody took is closed after this long; at most `maxAge`.
    public var maxIdle: Duration = .seconds(30)
    /// No connection older than this is given to a session.
    public var maxAge: Duration = .seconds(3600)

    /// The defaults, with one connection.
    public init() {}
}
