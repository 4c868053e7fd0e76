// Active health checks of an upstream.

/// How the backends of an upstream are probed.
public struct HealthConfiguration: Sendable, Equatable {
    /// What one probe does.
    public var probe = ProbeConfiguration.tcp(send: [], expect: [])
    /// Probes by TLS where the upstream has it; probes of other upstreams never do.
    public var tls = true
    /// From the start of a probe to the start of the next.
    public var interval: Duration = .seconds(5)
    /// Of a whole probe, from connecting to the last byte that is waited for.
    public var timeout: Duration = .seconds(2)
    /// Successes in a row that bring a backend up, at least 1.
    public var rise = 2
    /// Failures in a row that bring a backend down, at least 1.
    public var fall = 3
    /// The port that is probed; nil is that of the backend.
    public var port: UInt16?

    /// The defaults, with a probe that only connects.
    public init() {}
}
