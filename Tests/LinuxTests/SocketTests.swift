// Sockets: the options that are set are the options the kernel has, and every error is a value.

import Glibc
import Linux
import Support
import Testing

@Suite("Sockets")
struct SocketTests {
    private func option(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(4)
        getsockopt(socket, level, name, &value, &length)
        return value
    }

    private var tcp: Int32 { Int32(IPPROTO_TCP) }

    private func listening(_ options: Socket.ListenOptions) throws -> FileDescriptor {
        let socket = try Socket.bind(
            to: SocketAddress(ipv4: 0x7f00_0001, port: 0), isIPv6Only: false, sharesPort: false)
        try Socket.listen(socket.rawValue, options, isInternet: true)
        return socket
    }

    @Test("a socket is non-blocking and closed on exec")
    func flags() throws {
        let socket = FileDescriptor(owning: Int32(Socket.open(family: AF_INET).count))
        #expect(fcntl(socket.rawValue, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(socket.rawValue, F_GETFD) & FD_CLOEXEC != 0)
        let copy = try Socket.duplicate(socket.rawValue)
        #expect(fcntl(copy.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("what a listening socket is tuned by, accepted connections inherit")
    func inherited() throws {
        let options = SocketOptions(
            noDelay: true, keepAliveIdle: 61, keepAliveInterval: 11, keepAliveCount: 7,
            userTimeout: 12_345)
        let listener = try listening(Socket.ListenOptions(backlog: 16, connection: options))
        let port = try Socket.localAddress(listener.rawValue).port
        let client = try #require(TestSocket.connect(port: port))
        var peer = SocketAddress()
        var accepted = Socket.accept(listener.rawValue, from: &peer)
        #expect(
            eventually {
                if accepted.wouldBlock { accepted = Socket.accept(listener.rawValue, from: &peer) }
                return accepted.isSuccess
            })
        let connection = FileDescriptor(owning: Int32(accepted.count))
        #expect(peer == SocketAddress(ipv4: 0x7f00_0001, port: client.port))
        #expect(fcntl(connection.rawValue, F_GETFL) & O_NONBLOCK != 0)
        for socket in [listener.rawValue, connection.rawValue] {
            #expect(option(socket, tcp, TCP_NODELAY) == 1)
            #expect(option(socket, tcp, TCP_USER_TIMEOUT) == 12_345)
            #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 0, "its timer costs: not yet")
        }
        options.applyKeepAlive(to: connection.rawValue)
        #expect(option(connection.rawValue, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(connection.rawValue, tcp, TCP_KEEPIDLE) == 61)
        #expect(option(connection.rawValue, tcp, TCP_KEEPINTVL) == 11)
        #expect(option(connection.rawValue, tcp, TCP_KEEPCNT) == 7)
    }

    @Test("what is off stays as the kernel has it")
    func off() throws {
        let plain = FileDescriptor(owning: Int32(Socket.open(family: AF_INET).count))
        let tuned = try listening(
            Socket.ListenOptions(backlog: 1, connection: SocketOptions(noDelay: false)))
        SocketOptions().applyKeepAlive(to: tuned.rawValue)
        SocketOptions().applyUserTimeout(to: tuned.rawValue)
        for name in [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT] {
            #expect(option(tuned.rawValue, tcp, name) == option(plain.rawValue, tcp, name))
        }
        #expect(option(tuned.rawValue, SOL_SOCKET, SO_KEEPALIVE) == 0)
    }

    @Test("options of a listening socket: deferred accept, fast open, sharing, urgent bytes")
    func listenOptions() throws {
        let socket = try listening(
            Socket.ListenOptions(backlog: 16, deferAcceptSeconds: 5, fastOpenBacklog: 33))
        // The kernel rounds seconds to retransmissions of the handshake (tcp(7)).
        #expect(option(socket.rawValue, tcp, TCP_DEFER_ACCEPT) >= 5)
        #expect(option(socket.rawValue, tcp, TCP_FASTOPEN) == 33)
        #expect(option(socket.rawValue, SOL_SOCKET, SO_REUSEADDR) == 1)
        #expect(option(socket.rawValue, SOL_SOCKET, SO_REUSEPORT) == 0)
        #expect(option(socket.rawValue, SOL_SOCKET, SO_ACCEPTCONN) == 1)
        Socket.keepUrgentInline(socket.rawValue)
        #expect(option(socket.rawValue, SOL_SOCKET, SO_OOBINLINE) == 1)
    }

    @Test("whatever a listening socket was tuned by can be taken back")
    func takenBack() throws {
        let options = SocketOptions(noDelay: true, userTimeout: 12_345)
        let socket = try listening(
            Socket.ListenOptions(
                backlog: 16, deferAcceptSeconds: 5, fastOpenBacklog: 33, connection: options))
        let plain = Socket.ListenOptions(backlog: 16, connection: SocketOptions(noDelay: false))
        try Socket.listen(socket.rawValue, plain, isInternet: true)
        for name in [TCP_NODELAY, TCP_USER_TIMEOUT, TCP_DEFER_ACCEPT, TCP_FASTOPEN] {
            #expect(option(socket.rawValue, tcp, name) == 0, "option \(name)")
        }
    }

    @Test("a port is shared by those who ask to share it and by nobody else")
    func sharing() throws {
        let any = SocketAddress(ipv4: 0x7f00_0001, port: 0)
        let first = try Socket.bind(to: any, isIPv6Only: false, sharesPort: true)
        let address = try Socket.localAddress(first.rawValue)
        let second = try Socket.bind(to: address, isIPv6Only: false, sharesPort: true)
        #expect(try Socket.localAddress(second.rawValue) == address)
        try Socket.listen(first.rawValue, Socket.ListenOptions(backlog: 1), isInternet: true)
        #expect(throws: SystemError("bind", EADDRINUSE)) {
            _ = try Socket.bind(to: address, isIPv6Only: false, sharesPort: false)
        }
    }

    @Test("an IPv6 socket takes IPv4 too unless told not to", arguments: [true, false])
    func onlyIPv6(isOnly: Bool) throws {
        let socket = try Socket.bind(
            to: SocketAddress(ipv6: 0, 0, port: 0), isIPv6Only: isOnly, sharesPort: false)
        #expect(option(socket.rawValue, Int32(IPPROTO_IPV6), IPV6_V6ONLY) == (isOnly ? 1 : 0))
    }

    @Test("an address that is nobody's cannot be bound, and the error names the call")
    func notOurs() {
        #expect(throws: SystemError("bind", EADDRNOTAVAIL)) {
            _ = try Socket.bind(
                to: SocketAddress(ipv4: 0xc000_0201, port: 0), isIPv6Only: false, sharesPort: false)
        }
    }

    @Test("bytes, the end of the stream and its want are told apart")
    func receiving() throws {
        let listener = TestSocket.listen()
        let socket = FileDescriptor(owning: Int32(Socket.open(family: AF_INET).count))
        let connected = Socket.connect(
            socket.rawValue, to: SocketAddress(ipv4: 0x7f00_0001, port: listener.port))
        #expect(connected.isSuccess || connected.errno == EINPROGRESS)
        let peer = try #require(listener.accept())
        #expect(Socket.takeError(socket.rawValue) == 0)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(Socket.receive(socket.rawValue, into: &bytes, count: 16).wouldBlock)
        peer.send("abc")
        #expect(FileDescriptor.waitReadable(socket.rawValue, milliseconds: 5000))
        #expect(Socket.receive(socket.rawValue, into: &bytes, count: 16).count == 3)
        #expect(Socket.send(socket.rawValue, from: "xyz", count: 3).count == 3)
        #expect(peer.receive(exactly: 3) == Array("xyz".utf8))
        #expect(eventually { Socket.unsentBytes(socket.rawValue) == 0 })
        #expect(Socket.shutdownWrite(socket.rawValue).isSuccess)
        #expect(peer.receive() == .end)
        peer.shutdownWrite()
        #expect(FileDescriptor.waitReadable(socket.rawValue, milliseconds: 5000))
        let end = Socket.receive(socket.rawValue, into: &bytes, count: 16)
        #expect(end.isSuccess && end.count == 0)
    }

    @Test("a close with no lingering resets")
    func lingerZero() throws {
        let listener = TestSocket.listen()
        let opened = Int32(Socket.open(family: AF_INET).count)
        _ = Socket.connect(opened, to: SocketAddress(ipv4: 0x7f00_0001, port: listener.port))
        let peer = try #require(listener.accept())
        #expect(Socket.setLingerZero(opened).isSuccess)
        FileDescriptor.close(opened)
        #expect(peer.receive() == .failed(ECONNRESET))
    }

    @Test("a refused connect leaves its error to be taken, once")
    func refused() throws {
        // Bound, so that it is nobody else's, and not listening.
        let bound = try Socket.bind(
            to: SocketAddress(ipv4: 0x7f00_0001, port: 0), isIPv6Only: false, sharesPort: false)
        let port = try Socket.localAddress(bound.rawValue).port
        let socket = FileDescriptor(owning: Int32(Socket.open(family: AF_INET).count))
        let result = Socket.connect(
            socket.rawValue, to: SocketAddress(ipv4: 0x7f00_0001, port: port))
        let isRefused = eventually {
            result.errno == ECONNREFUSED || Socket.takeError(socket.rawValue) == ECONNREFUSED
        }
        #expect(isRefused)
        #expect(Socket.takeError(socket.rawValue) == 0)
    }

    @Test("a result is one of success, waiting, want of memory or another error")
    func results() {
        #expect(IOResult(5).isSuccess && IOResult(5).count == 5 && IOResult(5).errno == 0)
        #expect(IOResult(0).isSuccess && !IOResult(0).wouldBlock)
        #expect(IOResult(-Int(EAGAIN)).wouldBlock && !IOResult(-Int(EAGAIN)).isSuccess)
        #expect(IOResult(-Int(ENOBUFS)).isStarved && IOResult(-Int(ENOMEM)).isStarved)
        #expect(IOResult(-Int(EINVAL)).isUnsupported && !IOResult(-Int(EINVAL)).isStarved)
        #expect(throws: SystemError("accept4", EMFILE)) {
            _ = try IOResult(-Int(EMFILE)).orThrow("accept4")
        }
    }
}
