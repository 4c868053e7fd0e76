// From the configuration's words to the kernel's.

internal import Config
internal import Linux

extension Duration {
    /// Whole milliseconds, at least 1 of anything that isn't zero.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        let total = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return total == 0 && self > .zero ? 1 : UInt64(max(0, total))
    }

    /// Whole seconds, rounded up.
    var seconds: Int64 { Int64((milliseconds + 999) / 1000) }
}

extension SocketOptions {
    /// What a connection is tuned by.
    init(_ tuning: some TCPTuning) {
        self.init(
            noDelay: tuning.nodelay,
            keepAliveIdle: Int32(clamping: tuning.keepalive?.idle.seconds ?? 0),
            keepAliveInterval: Int32(clamping: tuning.keepalive?.interval.seconds ?? 0),
            keepAliveCount: Int32(clamping: tuning.keepalive?.count ?? 0),
            userTimeout: Int32(clamping: tuning.userTimeout?.milliseconds ?? 0))
    }
}

extension SocketAddress {
    /// Where a listener binds. The configuration has checked that a path fits.
    init(_ address: BindAddress) {
        switch address {
        case .ipv4(let host, let port): self.init(ipv4: host, port: port)
        case .ipv6(let host, let port): self.init(ipv6: host.high, host.low, port: port)
        case .unix(let path): self = SocketAddress(unix: path) ?? SocketAddress()
        }
    }

    /// Where connections come from; of no family when that is left to the kernel.
    init(_ source: SourceAddress?) {
        switch source {
        case .ipv4(let host): self.init(ipv4: host, port: 0)
        case .ipv6(let host): self.init(ipv6: host.high, host.low, port: 0)
        case nil: self.init()
        }
    }

    /// Where a backend is, or nil for one that goes by a name.
    init?(_ address: BackendAddress) {
        switch address {
        case .ipv4(let host, let port): self.init(ipv4: host, port: port)
        case .ipv6(let host, let port): self.init(ipv6: host.high, host.low, port: port)
        case .unix(let path): self.init(unix: path)
        case .host: return nil
        }
    }
}
