// A block of addresses, as CIDR writes it.

/// Addresses that have their first bits in common (RFC 4632, section 3.1).
public enum AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// A network as a number, 10.0.0.0 being 0x0a000000, and how many bits count, 0 to 32; the
    /// others are zero.
    case ipv4(UInt32, bits: Int)
    /// An IPv6 network and how many bits count, 0 to 128; the others are zero.
    case ipv6(IPv6Address, bits: Int)

    /// `10.0.0.0/8`, or a single address without its length.
    public var description: String {
        switch self {
        case .ipv4(let network, 32): AddressText.dotted(network)
        case .ipv4(let network, let bits): "\(AddressText.dotted(network))/\(bits)"
        case .ipv6(let network, 128): "\(network)"
        case .ipv6(let network, let bits): "\(network)/\(bits)"
        }
    }
}
