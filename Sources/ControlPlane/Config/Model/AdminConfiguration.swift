// Where the admin server listens.

/// The Unix socket of the admin server.
public struct AdminConfiguration: Sendable, Equatable {
    /// Absolute path, at most 107 bytes.
    public var socket = "/run/sluice/admin.sock"
    /// The socket's permission bits.
    public var mode = FileMode(0o600)

    /// The defaults.
    public init() {}
}
