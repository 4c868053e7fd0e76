// What a probe says and expects.

/// One probe of a backend.
public enum ProbeConfiguration: Sendable, Equatable {
    /// Connects, sends some bytes and waits until others are in what came back; either may be
    /// empty, and with both empty a connection that opens is a success.
    case tcp(send: [UInt8], expect: [UInt8])
    /// Asks by HTTP/1.1.
    case http(HTTPProbeConfiguration)
}
