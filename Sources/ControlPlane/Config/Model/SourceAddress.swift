// Where connections to backends come from.

/// An address of this machine, without a port.
public enum SourceAddress: Sendable, Hashable, CustomStringConvertible {
    /// In host byte order.
    case ipv4(UInt32)
    /// An IPv6 address.
    case ipv6(IPv6Address)

    /// `10.0.0.1` or `2001:db8::1`.
    public var description: String {
        switch self {
        case .ipv4(let host): AddressText.dotted(host)
        case .ipv6(let host): "\(host)"
        }
    }
}
