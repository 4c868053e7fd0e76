// Who is at an end of a connection, in the space of a few words. This target knows no sockets.

/// An IPv4 or IPv6 address and a port, or neither.
public struct NetworkAddress: BitwiseCopyable, Sendable {
    /// What kind of address it is.
    public enum Family: UInt8, BitwiseCopyable, Sendable {
        /// None that has a name, as of a Unix socket's clients, or one that is not known.
        case none
        case ipv4
        case ipv6
    }

    /// The first half of an IPv6 address, in host byte order; 0 for all others.
    public var high: UInt64 = 0
    /// Its second half, or an IPv4 address in the low bits.
    public var low: UInt64 = 0
    /// In host byte order, 0 for none.
    public var port: UInt16 = 0
    /// What `high` and `low` are.
    public var family = Family.none

    /// No address.
    public init() {}

    /// An IPv4 address in host byte order.
    public init(ipv4 host: UInt32, port: UInt16) {
        low = UInt64(host)
        self.port = port
        family = .ipv4
    }

    /// An IPv6 address in host byte order. One that stands for an IPv4 address is that one (RFC
    /// 4291, section 2.5.5.2).
    public init(ipv6 high: UInt64, _ low: UInt64, port: UInt16) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.high = isMapped ? 0 : high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        self.port = port
        family = isMapped ? .ipv4 : .ipv6
    }
}
