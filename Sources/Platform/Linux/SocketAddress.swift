// Addresses in the kernel's own layout, held by value, so that a worker can hand one to connect(2)
// without building anything. Text parsing of what people write is Config's.

public import Glibc

/// An IPv4, IPv6 or Unix socket address (ip(7), ipv6(7), unix(7)).
public struct SocketAddress: BitwiseCopyable, Sendable {
    /// The kernel's bytes; only the first `length` count.
    public var storage: sockaddr_storage
    /// Bytes of `storage` in use.
    public var length: UInt32

    /// An address without a family, to be filled by the kernel.
    public init() {
        storage = sockaddr_storage()
        length = UInt32(MemoryLayout<sockaddr_storage>.size)
    }

    /// An IPv4 address; `host` and `port` in host byte order.
    public init(ipv4 host: UInt32, port: UInt16) {
        self.init()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        set(address)
    }

    /// An IPv6 address given as its two halves in host byte order.
    public init(ipv6 high: UInt64, _ low: UInt64, port: UInt16, scope: UInt32 = 0) {
        self.init()
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = scope
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
            unsafe $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        set(address)
    }

    /// Bytes of a Unix socket's path: `sun_path` holds 108 with the NUL that ends it (unix(7)).
    public static var unixPathBytesMax: Int { 107 }

    /// A Unix socket's address: a path, or an abstract name when it starts with `@`. Nil when
    /// it does not fit the kernel's 108 bytes with its ending NUL, or is empty.
    public init?(unix path: String) {
        self.init()
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.unixPathBytesMax, !bytes.contains(0) else {
            return nil
        }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        storage.ss_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0[2...].copyBytes(from: bytes)
            if isAbstract { unsafe $0[2] = 0 }
        }
        length = UInt32(2 + bytes.count + (isAbstract ? 0 : 1))
    }

    /// The kernel's address in `address`, as getaddrinfo(3) hands it out.
    public init(copying address: UnsafePointer<sockaddr>, length: UInt32) {
        self.init()
        self.length = min(length, UInt32(MemoryLayout<sockaddr_storage>.size))
        let count = Int(self.length)
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        }
    }

    /// Copies one of the kernel's address structures, which are plain bytes.
    private mutating func set<Address>(_ address: Address) {
        length = UInt32(MemoryLayout<Address>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { space in
            unsafe withUnsafeBytes(of: address) { unsafe space.copyMemory(from: $0) }
        }
    }

    /// The address family: AF_INET, AF_INET6 or AF_UNIX.
    public var family: Int32 { Int32(storage.ss_family) }

    /// True for IPv4 and IPv6.
    public var isInternet: Bool { family == AF_INET || family == AF_INET6 }

    /// The port, 0 for Unix sockets. Setting it on a Unix address does nothing.
    public var port: UInt16 {
        get {
            guard isInternet else { return 0 }
            return unsafe withUnsafeBytes(of: storage) {
                UInt16(bigEndian: unsafe $0.load(fromByteOffset: 2, as: UInt16.self))
            }
        }
        set {
            guard isInternet else { return }
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: newValue.bigEndian, toByteOffset: 2, as: UInt16.self)
            }
        }
    }

    /// The IPv4 address in host byte order, nil for other families.
    public var ipv4Host: UInt32? {
        guard family == AF_INET else { return nil }
        return unsafe withUnsafeBytes(of: storage) {
            UInt32(bigEndian: unsafe $0.load(fromByteOffset: 4, as: UInt32.self))
        }
    }

    /// The IPv6 address as its two halves in host byte order, nil for other families.
    public var ipv6Host: (high: UInt64, low: UInt64)? {
        guard family == AF_INET6 else { return nil }
        return unsafe withUnsafeBytes(of: storage) {
            (
                UInt64(bigEndian: unsafe $0.load(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: unsafe $0.load(fromByteOffset: 16, as: UInt64.self))
            )
        }
    }

    /// The bytes that identify the host: 4 of IPv4, 16 of IPv6, all of a Unix address.
    public func withHostBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET: unsafe body(UnsafeRawBufferPointer(rebasing: bytes[4..<8]))
            case AF_INET6: unsafe body(UnsafeRawBufferPointer(rebasing: bytes[8..<24]))
            default: unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(length)]))
            }
        }
    }
}

extension SocketAddress: Equatable {
    /// True when the kernel would see one address.
    public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        guard left.length == right.length else { return false }
        return unsafe withUnsafeBytes(of: left.storage) { leftBytes in
            unsafe withUnsafeBytes(of: right.storage) { rightBytes in
                unsafe leftBytes[..<Int(left.length)]
                    .elementsEqual(rightBytes[..<Int(right.length)])
            }
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:80`, `[::1]:80` or `unix:/run/x.sock`.
    public var description: String {
        switch family {
        case AF_INET: "\(numericHost):\(port)"
        case AF_INET6: "[\(numericHost)]:\(port)"
        case AF_UNIX: "unix:\(unixPath)"
        default: "none"
        }
    }

    /// The host in its numeric form (inet_ntop(3)), empty for Unix sockets.
    public var numericHost: String {
        guard isInternet else { return "" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        return unsafe withHostBytes { host in
            unsafe text.withUnsafeMutableBufferPointer { space in
                let result = unsafe inet_ntop(
                    family, host.baseAddress, space.baseAddress, socklen_t(space.count))
                return unsafe result.map { unsafe String(cString: $0) } ?? ""
            }
        }
    }

    private var unixPath: String {
        unsafe withUnsafeBytes(of: storage) { bytes in
            var name = unsafe Array(bytes[2..<max(2, Int(length))])
            if name.last == 0 { name.removeLast() }
            if name.first == 0 { name[0] = UInt8(ascii: "@") }
            return String(decoding: name, as: UTF8.self)
        }
    }
}
