// Addresses that stand for all of a machine: good to listen at, and no answer to where a server is.

internal import Linux

extension SocketAddress {
    /// True for 0.0.0.0 and ::, in whatever clothes. Who connects to it gets to this machine.
    var isOfAll: Bool {
        if let host = ipv4Host { return host == 0 }
        guard let (high, low) = ipv6Host else { return false }
        // ::ffff:0.0.0.0 is IPv4 in IPv6 (RFC 4291, section 2.5.5.2).
        return high == 0 && (low == 0 || low == 0xffff << 32)
    }
}
