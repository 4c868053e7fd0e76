// A bound address: its listening sockets, one a worker, from the moment they are made until the
// workers have them.

internal import Config
internal import Linux
internal import Proxy

/// The listening sockets of one address. They live as long as the address is configured, over
/// reloads and whatever listener it belongs to.
@safe final class BoundAddress {
    /// What makes two configured addresses the same sockets.
    struct Identity: Hashable {
        let address: BindAddress
        /// False for all that is not IPv6.
        let isIPv6Only: Bool

        init(_ address: BindAddress, isIPv6Only: Bool) {
            self.address = address
            if case .ipv6 = address {
                self.isIPv6Only = isIPv6Only
            } else {
                self.isIPv6Only = false
            }
        }

        /// The same address, bound to take IPv4 connections if this one is not, and the other way
        /// round. Itself for all that is not IPv6.
        var withOtherIPv6Only: Identity { Identity(address, isIPv6Only: !isIPv6Only) }
    }

    let identity: Identity
    /// The number that workers know it by.
    let number: UInt32
    /// Where it really listens: the configured address with the port that the kernel chose for 0.
    let actual: SocketAddress
    /// A descriptor for each worker.
    let sockets: UnsafeMutablePointer<Int32>
    let count: Int
    /// The workers own the descriptors; until then `deinit` closes them.
    private var isHandedOver = false

    /// Takes the descriptors over.
    init(identity: Identity, number: UInt32, actual: SocketAddress, sockets descriptors: [Int32]) {
        self.identity = identity
        self.number = number
        self.actual = actual
        count = descriptors.count
        unsafe sockets = .allocate(capacity: count)
        for (index, descriptor) in descriptors.enumerated() {
            unsafe (sockets + index).initialize(to: descriptor)
        }
    }

    deinit {
        if !isHandedOver {
            for index in 0..<count { unsafe FileDescriptor.close(sockets[index]) }
            removeFile()
        }
        unsafe sockets.deallocate()
    }

    /// To be called when a snapshot with it was published.
    func handOver() { isHandedOver = true }

    /// True when an address is part of this one or this one of it, such as 127.0.0.1:80 of
    /// 0.0.0.0:80. The kernel tells such addresses from those of others only by their owner.
    func overlaps(_ other: SocketAddress, isIPv6Only: Bool) -> Bool {
        guard other.isInternet, actual.port == other.port, other.port != 0 else { return false }
        switch (actual.isIPv4, other.isIPv4) {
        case (true, true), (false, false): return actual.isForAll || other.isForAll
        case (false, true): return actual.isForAll && !identity.isIPv6Only
        case (true, false): return other.isForAll && !isIPv6Only
        }
    }

    /// The file of a Unix socket, or nil.
    var path: String? {
        if case .unix(let path) = identity.address { path } else { nil }
    }

    /// Removes the file of a Unix socket that nobody listens behind any more. False when somebody
    /// still does.
    @discardableResult
    func removeFile() -> Bool { path.map { SocketFile.remove($0) } ?? true }
}

extension SocketAddress {
    fileprivate var isIPv4: Bool { ipv4Host != nil }

    /// True for 0.0.0.0 and [::].
    fileprivate var isForAll: Bool { unsafe withHostBytes { unsafe $0.allSatisfy { $0 == 0 } } }
}
