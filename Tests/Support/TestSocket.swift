// Sockets of tests: blocking, plain, with every error an explicit one.

import Glibc

/// A blocking TCP or Unix socket that is closed when it is released.
public final class TestSocket: @unchecked Sendable {
    /// The descriptor.
    public let descriptor: Int32
    private var isOpen = true

    /// Takes a descriptor over.
    public init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    /// Closes it now.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    /// Connects to a port of 127.0.0.1; nil when that is refused.
    public static func connect(port: UInt16, from source: UInt32 = 0) -> TestSocket? {
        let socket = TestSocket(owning: make())
        if source != 0 {
            var local = address(source, 0)
            guard call(&local, { bind(socket.descriptor, $0, $1) }) == 0 else { return nil }
        }
        var remote = address(0x7f00_0001, port)
        guard call(&remote, { Glibc.connect(socket.descriptor, $0, $1) }) == 0 else { return nil }
        return socket
    }

    /// Listens on a port of 127.0.0.1; 0 is any.
    public static func listen(port: UInt16 = 0, backlog: Int32 = 1024) -> TestSocket {
        let socket = TestSocket(owning: make())
        var one: Int32 = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var local = address(0x7f00_0001, port)
        precondition(call(&local) { bind(socket.descriptor, $0, $1) } == 0, "bind: \(errno)")
        precondition(Glibc.listen(socket.descriptor, backlog) == 0)
        return socket
    }

    /// Accepts a connection; nil when the socket was shut down or none comes within a time.
    public func accept(milliseconds: Int32 = 10_000) -> TestSocket? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        let accepted = InheritanceLock.withLock {
            let accepted = Glibc.accept(descriptor, nil, nil)
            _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
            return accepted
        }
        guard accepted >= 0 else { return nil }
        return TestSocket(owning: accepted)
    }

    /// The port it is bound to.
    public var port: UInt16 {
        var local = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &local) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return UInt16(bigEndian: local.sin_port)
    }

    /// Sends all bytes; false on an error.
    @discardableResult
    public func send(_ bytes: some Sequence<UInt8>) -> Bool {
        let all = Array(bytes)
        var offset = 0
        while offset < all.count {
            let sent = all.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress! + offset, all.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            offset += sent
        }
        return true
    }

    /// Sends text.
    @discardableResult
    public func send(_ text: String) -> Bool { send(text.utf8) }

    /// What a receive came to.
    public enum Received: Equatable {
        /// Some bytes.
        case bytes([UInt8])
        /// The end of the stream.
        case end
        /// An error, such as ECONNRESET.
        case failed(Int32)
        /// Nothing in that time.
        case nothing
    }

    /// Receives what comes next.
    public func receive(max count: Int = 1 << 16, milliseconds: Int32 = 10_000) -> Received {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &buffer, count, 0)
        if received < 0 { return .failed(errno) }
        return received == 0 ? .end : .bytes(Array(buffer[..<received]))
    }

    /// Receives exactly so many bytes; fewer when the stream ends, fails or is silent.
    public func receive(exactly count: Int, milliseconds: Int32 = 10_000) -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count,
            case .bytes(let bytes) = receive(max: count - result.count, milliseconds: milliseconds)
        { result += bytes }
        return result
    }

    /// Receives until the end of the stream; nil when it fails or is silent.
    public func receiveAll(milliseconds: Int32 = 10_000) -> [UInt8]? {
        var result: [UInt8] = []
        while true {
            switch receive(milliseconds: milliseconds) {
            case .bytes(let bytes): result += bytes
            case .end: return result
            case .failed, .nothing: return nil
            }
        }
    }

    /// Ends the sending direction.
    public func shutdownWrite() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes with a reset.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Sets an integer option.
    public func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, 4)
    }

    private static func make() -> Int32 {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        precondition(made >= 0, "socket: \(errno)")
        return made
    }

    private static func address(_ host: UInt32, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return address
    }

    private static func call(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
