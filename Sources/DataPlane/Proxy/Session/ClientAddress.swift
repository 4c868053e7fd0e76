// Whom a session serves, in the space of a few words.

internal import Balancing
internal import Linux

/// A client's address: what requests are forwarded for and records are written of.
struct ClientAddress: BitwiseCopyable {
    /// What kind of address it is.
    enum Family: UInt8, BitwiseCopyable {
        /// None that has a name, as of a Unix socket's clients.
        case none
        case ipv4
        case ipv6
    }

    /// An IPv6 address, or an IPv4 one in the low bits of `low`, in host byte order.
    var high: UInt64 = 0
    var low: UInt64 = 0
    var port: UInt16 = 0
    var family = Family.none

    init() {}

    /// Our own address of a connection; none when the kernel tells none.
    init(ofSocket socket: Int32) {
        var address = SocketAddress()
        self = Socket.localAddress(socket, into: &address).isSuccess ? Self(address) : Self()
    }

    /// What the balancer hashes of it.
    func key(withPort: Bool) -> UInt64 {
        let port = withPort ? port : nil
        return switch family {
        case .ipv4: BalancingHash.hash(ipv4: UInt32(truncatingIfNeeded: low), port: port)
        case .ipv6: BalancingHash.hash(ipv6High: high, low: low, port: port)
        // A Unix socket's clients have no address: all are one.
        case .none: BalancingHash.mix(0)
        }
    }

    /// What accept(2) says of the peer. An IPv4 client of an IPv6 socket is an IPv4 client
    /// (RFC 4291, section 2.5.5.2).
    init(_ peer: SocketAddress) {
        port = peer.port
        if let host = peer.ipv4Host {
            family = .ipv4
            low = UInt64(host)
        } else if let (high, low) = peer.ipv6Host {
            let isMapped = high == 0 && low >> 32 == 0xFFFF
            family = isMapped ? .ipv4 : .ipv6
            self.high = isMapped ? 0 : high
            self.low = isMapped ? low & 0xFFFF_FFFF : low
        }
    }
}
