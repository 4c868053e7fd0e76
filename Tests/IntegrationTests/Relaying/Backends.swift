// Backends that will not do what they should, and what tests ask of a process.

import Control
import Glibc
import Linux
import Support
import Testing

/// A port that refuses connections, and that nobody else gets, until it listens.
final class RefusingPort {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = Int32(try Socket.open(family: AF_INET).orThrow("socket"))
        let address = SocketAddress(ipv4: 0x7f00_0001, port: 0)
        _ = try Socket.bind(descriptor, to: address).orThrow("bind")
        port = try Socket.localAddress(descriptor).port
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// From now on each connection is told a name and closed.
    func listen(naming name: String) {
        listen()
        // A descriptor of its own: the port's may be closed while the thread still accepts.
        let accepting = dup(descriptor)
        _ = fcntl(accepting, F_SETFL, fcntl(accepting, F_GETFL) & ~O_NONBLOCK)
        ThreadOfTest.start {
            while case let socket = accept(accepting, nil, nil), socket >= 0 {
                _ = send(socket, name, name.utf8.count, Int32(MSG_NOSIGNAL))
                close(socket)
            }
            close(accepting)
        }
    }

    /// From now on connections succeed, and stay without an answer.
    func listen() { _ = Glibc.listen(descriptor, 64) }
}

/// A port whose queue of connections is full: it answers nothing to further ones.
final class DeafPort {
    let port: UInt16
    private let listening: TestSocket
    private var waiting: [Int32] = []

    init() throws {
        listening = TestSocket.listen(backlog: 0)
        port = listening.port
        let address = SocketAddress(ipv4: 0x7f00_0001, port: port)
        for _ in 0..<8 {
            let socket = Int32(try Socket.open(family: AF_INET).orThrow("socket"))
            _ = Socket.connect(socket, to: address)
            waiting.append(socket)
        }
        // The last one must still be waiting, or the port hears.
        var last = pollfd(fd: waiting[7], events: Int16(POLLOUT), revents: 0)
        let hears = poll(&last, 1, 50)
        try #require(hears == 0, "the queue is not full")
    }

    deinit { for socket in waiting { close(socket) } }
}

extension SluiceProcess {
    /// How often sessions of the first listener ended for a reason.
    func ended(_ reason: String) throws -> UInt64 {
        try status().listeners[0].ended[reason] ?? 0
    }

    /// Waits until a session has ended for a reason.
    func waitForEnd(_ reason: String, within milliseconds: UInt64 = 5000) throws -> Bool {
        try eventually(within: milliseconds) { try ended(reason) > 0 }
    }

    /// A connection to its first listener.
    func connect() throws -> TestSocket {
        let name = try status().listeners[0].name
        return try #require(TestSocket.connect(port: try port(of: name)))
    }

    /// A process with one listener in front of `backends`.
    convenience init(
        backends: [UInt16], listener: String = "", upstream: String = "", workers: Int = 1
    ) {
        let addresses = backends.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        self.init(
            """
            workers: \(workers)
            listeners:
              front: { bind: "127.0.0.1:0", upstream: servers\(listener) }
            upstreams:
              servers: { balance: round-robin, backends: [\(addresses)]\(upstream) }
            """)
    }
}

/// A client and a backend with the program between them.
struct Pair {
    let sluice: SluiceProcess
    let client: TestSocket
    let backend: TestSocket

    init(listener: String = "", upstream: String = "", backendBuffer: Int32 = 0) throws {
        let listening = TestSocket.listen()
        if backendBuffer > 0 { listening.set(SOL_SOCKET, SO_RCVBUF, backendBuffer) }
        sluice = SluiceProcess(
            backends: [listening.port], listener: listener, upstream: upstream)
        client = try sluice.connect()
        backend = try #require(listening.accept())
    }
}
