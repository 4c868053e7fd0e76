// Every limit of the control plane, each with its reason.

/// Limits of the control thread.
enum ControlLimits {
    /// Workers of a process, as many as the configuration allows.
    static let workersMax = 1024
    /// Descriptors are raised to the hard limit, up to this: more than any machine can serve, and
    /// what tables of the kernel are sized by.
    static let descriptorsMax: UInt64 = 1 << 20
    /// Descriptors that are not connections: logs, epolls, pipes, admin clients, listening sockets.
    static let descriptorsReserved = 256
    /// How long a start or a reload waits for names before it goes on without them.
    static let resolveWaitMs: UInt64 = 1000
    /// How long a reload waits for workers to take it over before it says so.
    static let adoptWaitMs: UInt64 = 5000
    /// How often old snapshots are looked for that nobody needs.
    static let sweepMs: UInt64 = 1000
    /// How often waiting log lines are tried again.
    static let logFlushMs: UInt64 = 100
    /// Administrators that may be connected at one time.
    static let adminClientsMax = 64
    /// Bytes of an admin request's head, and of its body.
    static let adminRequestBytesMax = 16 << 10
    /// How long an admin client may be silent within a request.
    static let adminIdleMs: UInt64 = 10_000
}
