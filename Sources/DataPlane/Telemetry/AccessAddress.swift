// Addresses as access records hold them: this target knows no sockets.

/// An IPv4 or IPv6 address and a port, or neither.
public struct AccessAddress: BitwiseCopyable, Sendable {
    /// In network byte order: four bytes of IPv4, or sixteen of IPv6, from the first on.
    public private(set) var host: (UInt64, UInt64) = (0, 0)
    /// In host byte order, 0 for none.
    public private(set) var port: UInt16 = 0
    /// Which of them `host` is.
    public private(set) var family = Family.none

    /// The kind of an address.
    public enum Family: UInt8, BitwiseCopyable, Sendable {
        /// A Unix socket's, or not known.
        case none
        /// Four bytes.
        case ipv4
        /// Sixteen bytes.
        case ipv6
    }

    /// No address.
    public init() {}

    /// The address whose bytes in network byte order `host` has: four of IPv4, sixteen of IPv6;
    /// anything else is no address.
    public init(host: UnsafeRawBufferPointer, port: UInt16) {
        family = host.count == 4 ? .ipv4 : host.count == 16 ? .ipv6 : .none
        guard family != .none else { return }
        self.port = port
        unsafe withUnsafeMutableBytes(of: &self.host) { unsafe $0.copyMemory(from: host) }
    }
}
