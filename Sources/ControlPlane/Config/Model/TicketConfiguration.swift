// Where the keys of session tickets come from.

/// Session tickets, by which clients resume sessions that nobody here has to remember (RFC 8446,
/// section 4.6.1, and RFC 5077).
public struct TicketConfiguration: Sendable, Equatable {
    /// A file of keys that several nodes share, watched: an absolute path, or one relative to the
    /// configuration file's directory. Nil has the process make keys for itself.
    public var file: String?
    /// The age at which a key of the process's own gives way to a new one. It goes on opening
    /// tickets for twice as long: three keys are kept. Without meaning where there is `file`.
    public var rotate: Duration = .seconds(8 * 3600)

    /// Keys of the process's own.
    public init() {}
}
