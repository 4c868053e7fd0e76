// An upstream's TLS as the configuration has it, ready for workers.

public import TLS

/// How workers speak TLS with the backends of an upstream. Immutable; the control plane owns the memory
/// behind it and frees it when no snapshot has it any more. Sessions keep what they need of the
/// contexts. A handshake counts into the time that a connect may take.
@safe public struct UpstreamTLSPlan: @unchecked Sendable {
    /// A context for each worker, by its index.
    public let contexts: UnsafePointer<TLSClientContext>
    /// Certificates are verified.
    public let isVerifying: Bool
    /// Backends are asked for the host of the request, where there is one.
    public let takesHost: Bool
    /// What no other plan has that differs in anything: connections of another are of no use.
    public let mark: UInt64

    /// A plan with everything given; `mark` is not 0, which stands for no TLS.
    public init(
        contexts: UnsafePointer<TLSClientContext>, isVerifying: Bool, takesHost: Bool, mark: UInt64
    ) {
        precondition(mark != 0)
        unsafe self.contexts = unsafe contexts
        self.isVerifying = isVerifying
        self.takesHost = takesHost
        self.mark = mark
    }
}
