// Blocking sockets on 127.0.0.1, as plain descriptors. Not for load: that is what wrk is for.

import Glibc

enum Loopback {
    /// A port that is free now. Whoever binds it next may lose a race, which then shows as a server
    /// that does not start.
    static func freePort() throws -> UInt16 {
        let (descriptor, port) = try listen(backlog: 0)
        close(descriptor)
        return port
    }

    /// A listening socket on a port of the kernel's choice.
    static func listen(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try makeSocket()
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int32 in
                guard unsafe bind(descriptor, generic, length) == 0 else { return errno }
                guard backlog == 0 || Glibc.listen(descriptor, backlog) == 0 else { return errno }
                return unsafe getsockname(descriptor, generic, &length) == 0 ? 0 : errno
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw BenchmarkError("listen on 127.0.0.1", errno: code)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// A connected socket, or nil where nobody answers. It gives up on silence after some seconds
    /// and closes by a reset: thousands of ports in TIME_WAIT would weigh on the next round.
    static func connect(port: UInt16) throws -> Int32? {
        let descriptor = try makeSocket()
        guard connect(descriptor, port: port) == 0 else {
            close(descriptor)
            return nil
        }
        prepare(descriptor)
        return descriptor
    }

    /// A socket that has begun to connect and never blocks; nil where the kernel refuses at once.
    /// It closes by a reset, as those of `connect` do. Its segments are those of a network: with the
    /// 64 KiB of the loopback interface the kernel would give each peer a send buffer of a megabyte.
    ///
    /// - Parameter receiveBytes: the receive buffer, which is the window that the peer sees; the
    ///   kernel's choice without it. The kernel doubles it and has a least one (socket(7)).
    static func begin(port: UInt16, receiveBytes: Int32? = nil) throws -> Int32? {
        let descriptor = try makeSocket(flags: Int32(SOCK_NONBLOCK.rawValue))
        var segmentBytes: Int32 = 1_460
        unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_MAXSEG, &segmentBytes,
            socklen_t(MemoryLayout<Int32>.size))
        if var receiveBytes {
            // The window is offered with the first segment: later would be too late.
            unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes,
                socklen_t(MemoryLayout<Int32>.size))
        }
        prepare(descriptor)
        let code = connect(descriptor, port: port)
        guard code == 0 || code == EINPROGRESS else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Gives a connection a receive timeout and the abrupt close.
    static func prepare(_ descriptor: Int32) {
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
    }

    static func sendByte(to descriptor: Int32) -> Bool {
        var byte: UInt8 = 0x2e
        return unsafe send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
    }

    static func receiveByte(from descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return unsafe recv(descriptor, &byte, 1, 0) == 1
    }

    /// Whether the peer has closed or reset a connection on which nothing else is to come.
    static func isEnded(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        let count = unsafe recv(descriptor, &byte, 1, flags)
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    /// A connection through a proxy to a `HoldingBackend`, proved by a byte there and back.
    static func connectAndExchange(port: UInt16) throws -> Int32? {
        guard let descriptor = try connect(port: port) else { return nil }
        if sendByte(to: descriptor) && receiveByte(from: descriptor) { return descriptor }
        close(descriptor)
        return nil
    }

    /// 0, or why not: EINPROGRESS for a socket that does not block.
    private static func connect(_ descriptor: Int32, port: UInt16) -> Int32 {
        var address = address(port: port)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let code = unsafe Glibc.connect(
                    descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
                return code == 0 ? 0 : errno
            }
        }
    }

    private static func makeSocket(flags: Int32 = 0) throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | flags
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw BenchmarkError("open a socket", errno: errno) }
        return descriptor
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
