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
        let isIPv6Only: Bool
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

    /// The file of a Unix socket, or nil.
    var path: String? {
        if case .unix(let path) = identity.address { path } else { nil }
    }

    /// Removes the file of a Unix socket that nobody listens behind any more.
    func removeFile() {
        if let path { SocketFile.remove(path) }
    }
}
