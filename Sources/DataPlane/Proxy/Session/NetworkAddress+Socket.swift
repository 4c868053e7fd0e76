// Addresses of sockets, and what the balancer makes of them.

internal import Balancing
internal import Linux
internal import Telemetry

extension NetworkAddress {
    /// Our own address of a connection; none when the kernel tells none.
    init(ofSocket socket: Int32) {
        var address = SocketAddress()
        self = Socket.localAddress(socket, into: &address).isSuccess ? Self(address) : Self()
    }

    /// What accept(2) says of the peer. An IPv4 client of an IPv6 socket is an IPv4 client.
    init(_ peer: SocketAddress) {
        if let host = peer.ipv4Host {
            self.init(ipv4: host, port: peer.port)
        } else if let (high, low) = peer.ipv6Host {
            self.init(ipv6: high, low, port: peer.port)
        } else {
            self.init()
        }
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
}
