// Peers whose words on the client are believed.

internal import Telemetry

/// Networks of peers. Immutable; the control plane owns the memory behind it. A walk over few: the
/// proxies before this one are known by a handful of networks.
@safe public struct TrustedPeers: BitwiseCopyable, @unchecked Sendable {
    /// A network: an IPv6 one, or an IPv4 one mapped to IPv6 (RFC 4291, section 2.5.5.2).
    public struct Network: BitwiseCopyable, Sendable {
        /// The address under the mask: its first half.
        public let high: UInt64
        /// Its second half.
        public let low: UInt64
        /// The bits that count of the first half.
        public let highMask: UInt64
        /// The bits that count of the second half.
        public let lowMask: UInt64

        /// The network of the first `bits` of 128.
        public init(high: UInt64, low: UInt64, bits: Int) {
            precondition((0...128).contains(bits))
            highMask = bits == 0 ? 0 : ~0 << UInt64(max(0, 64 - bits))
            lowMask = bits <= 64 ? 0 : ~0 << UInt64(128 - bits)
            self.high = high & highMask
            self.low = low & lowMask
        }
    }

    private let networks: UnsafePointer<Network>?
    private let count: Int
    /// Peers that come by a Unix socket are believed.
    private let trustsUnix: Bool

    /// Nobody.
    public init() {
        unsafe networks = nil
        count = 0
        trustsUnix = false
    }

    /// Those of `count` networks.
    public init(_ networks: UnsafePointer<Network>, count: Int, trustsUnix: Bool) {
        unsafe self.networks = unsafe networks
        self.count = count
        self.trustsUnix = trustsUnix
    }

    /// Nobody is believed.
    public var isEmpty: Bool { count == 0 && !trustsUnix }

    /// True when the peer is believed.
    func contains(_ peer: NetworkAddress) -> Bool {
        guard peer.family != .none else { return trustsUnix }
        let low = peer.family == .ipv4 ? peer.low | 0xFFFF << 32 : peer.low
        for index in 0..<count {
            guard let network = unsafe networks?[index] else { return false }
            if peer.high & network.highMask == network.high, low & network.lowMask == network.low {
                return true
            }
        }
        return false
    }
}
