// What is probed, where and how often: the whole of what the prober is told. It knows nothing of
// upstreams and their configuration.

internal import Linux

/// One thing to probe. Equal targets are probed once, whoever asks for them.
struct ProbeTarget: Sendable {
    /// Where probes connect to: IPv4, IPv6 or a Unix socket.
    let address: SocketAddress
    /// Where they come from, or nil to leave that to the kernel. Of the address's family.
    let source: SocketAddress?
    /// What a probe does there.
    let kind: ProbeKind
    /// How it speaks TLS there, or nil for bytes as they are.
    let tls: ProbeTLS?
    /// From the start of one probe to the start of the next, in ms; each round differs from it by
    /// up to a tenth, and the time to the second probe may be shorter.
    let intervalMs: UInt64
    /// From the start of a connect to the whole answer, in ms.
    let timeoutMs: UInt64
    /// Successes in a row from down to up.
    let rise: Int
    /// Failures in a row from up to down.
    let fall: Int

    /// A target; times of zero count as one millisecond.
    init(
        address: SocketAddress, source: SocketAddress? = nil, kind: ProbeKind,
        tls: ProbeTLS? = nil, intervalMs: UInt64, timeoutMs: UInt64, rise: Int, fall: Int
    ) {
        self.address = address
        self.source = source
        self.kind = kind
        self.tls = tls
        self.intervalMs = max(1, intervalMs)
        self.timeoutMs = max(1, timeoutMs)
        self.rise = rise
        self.fall = fall
    }
}

extension ProbeTarget: Hashable {
    func hash(into hasher: inout Hasher) {
        hasher.combine(address.port)
        unsafe address.withHostBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(kind)
        hasher.combine(tls)
        hasher.combine(intervalMs)
        hasher.combine(timeoutMs)
        hasher.combine(rise)
        hasher.combine(fall)
    }
}
