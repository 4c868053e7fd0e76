// Sockets of tests at other places than 127.0.0.1: the rest of 127/8, IPv6 and the file system.

import Glibc

extension TestSocket {
    /// Connects to an IPv4 address (in the host's byte order); nil when that is refused.
    public static func connect(host: UInt32, port: UInt16) -> TestSocket? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return connected(AF_INET, &address)
    }

    /// Connects to a port of ::1; nil when that is refused or there is no IPv6.
    public static func connect(ipv6Loopback port: UInt16) -> TestSocket? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return connected(AF_INET6, &address)
    }

    /// Connects to a Unix socket; nil when that is refused.
    public static func connect(unix path: String) -> TestSocket? {
        var address = unixAddress(path)
        return connected(AF_UNIX, &address)
    }

    /// Listens at a port of an IPv4 address of this machine (in the host's byte order); nil when
    /// that is taken.
    public static func listen(host: UInt32, port: UInt16) -> TestSocket? {
        let made = TestSocket(owning: open(AF_INET))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        guard withRaw(&address, { bind(made.descriptor, $0, $1) }) == 0 else { return nil }
        return Glibc.listen(made.descriptor, 1024) == 0 ? made : nil
    }

    /// Listens at a path, which stays in the file system when the socket is closed.
    public static func listen(unix path: String) -> TestSocket {
        let made = TestSocket(owning: open(AF_UNIX))
        var address = unixAddress(path)
        let bound = withRaw(&address) { bind(made.descriptor, $0, $1) }
        precondition(bound == 0, "cannot bind \(path): \(errno)")
        precondition(Glibc.listen(made.descriptor, 64) == 0)
        return made
    }

    /// Listens at a port of ::1; nil when that is taken or there is no IPv6.
    public static func listen(ipv6Loopback port: UInt16) -> TestSocket? {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let made = TestSocket(owning: descriptor)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        guard withRaw(&address, { bind(made.descriptor, $0, $1) }) == 0 else { return nil }
        return Glibc.listen(made.descriptor, 64) == 0 ? made : nil
    }

    /// True when this machine has ::1.
    public static let hasIPv6 = listen(ipv6Loopback: 0) != nil

    private static func connected<Address>(
        _ family: Int32, _ address: inout Address
    ) -> TestSocket? {
        let made = TestSocket(owning: open(family))
        let result = withRaw(&address) { Glibc.connect(made.descriptor, $0, $1) }
        return result == 0 ? made : nil
    }

    private static func open(_ family: Int32) -> Int32 {
        let made = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        precondition(made >= 0, "socket: \(errno)")
        return made
    }

    private static func unixAddress(_ path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        precondition(path.utf8.count < 108, "\(path) is too long for a Unix socket")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return address
    }

    private static func withRaw<Address>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
