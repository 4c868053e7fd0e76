// A listener's TLS as the configuration has it, ready for workers.

public import TLS

/// How a listener ends its clients' TLS. Immutable; the control plane owns the memory behind it and
/// frees it with the snapshot. Sessions keep what they need of the contexts.
@safe public struct TLSPlan: @unchecked Sendable {
    /// A set of contexts for each worker, by its index.
    public let contexts: UnsafePointer<TLSServerContexts>
    /// How long a handshake may take, in ms.
    public let handshakeTimeoutMs: UInt64
    /// Requests may come before the handshake is done (0-RTT).
    public let takesEarlyData: Bool

    /// A plan with everything given.
    public init(
        contexts: UnsafePointer<TLSServerContexts>, handshakeTimeoutMs: UInt64,
        takesEarlyData: Bool
    ) {
        unsafe self.contexts = unsafe contexts
        self.handshakeTimeoutMs = handshakeTimeoutMs
        self.takesEarlyData = takesEarlyData
    }
}
