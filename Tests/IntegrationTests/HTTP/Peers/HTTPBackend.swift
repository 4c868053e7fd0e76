// A backend that notes every request it gets, and on which connection. Its sockets are plain ones: it
// can break every rule of HTTP.

import Glibc
import Support
import Synchronization

/// A server that reads requests and has a closure answer them, on a thread for each connection.
final class HTTPBackend: Sendable {
    /// A request as it came.
    struct Seen: Sendable {
        let request: HTTPMessage
        /// The connection it came on.
        let connection: Int
    }

    /// What is known of all connections.
    private struct State {
        var seen: [Seen] = []
        var open: [Int: TestSocket] = [:]
        var ended: [Int: TestSocket.Received] = [:]
        var cut = 0
        var count = 0
    }

    /// Where it listens.
    let port: UInt16
    private let state = Locked(State())
    private let listening: TestSocket
    private let onHead: @Sendable (HTTPHead, HTTPPeer) -> Void
    private let answer: @Sendable (HTTPMessage, HTTPPeer) -> Bool

    /// Listens and answers. The closure gets a request and the connection, and says whether the next
    /// request is to be read; else the connection is closed. `onHead` is called before a body is
    /// read.
    init(
        port: UInt16 = 0, receiveBuffer: Int32 = 0,
        onHead: @escaping @Sendable (HTTPHead, HTTPPeer) -> Void = { _, _ in },
        _ answer: @escaping @Sendable (HTTPMessage, HTTPPeer) -> Bool
    ) {
        listening = TestSocket.listen(port: port)
        if receiveBuffer > 0 { listening.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        self.port = listening.port
        self.onHead = onHead
        self.answer = answer
        ThreadOfTest.start { [listening, weak self] in
            while let socket = listening.accept(milliseconds: 600_000) {
                guard let self else { return }
                self.begin(socket)
            }
        }
    }

    /// One that answers every request with its target and what it got of a body.
    static func telling(_ name: String = "", port: UInt16 = 0) -> HTTPBackend {
        HTTPBackend(port: port) { request, peer in
            let body = request.method == "HEAD" ? "" : "\(name)\(request.target) \(request.text)"
            return peer.respond(body)
        }
    }

    deinit { stop() }

    /// Accepts no more and ends all connections, so that nobody keeps one for later.
    func stop() {
        shutdown(listening.descriptor, Int32(SHUT_RDWR))
        state.withLock { state in
            for socket in state.open.values { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// The whole requests since the last call.
    func take() -> [Seen] {
        state.withLock { state in
            defer { state.seen = [] }
            return state.seen
        }
    }

    /// How many connections there were.
    var connections: Int { state.withLock { $0.count } }

    /// How many there are.
    var openConnections: Int { state.withLock { $0.open.count } }

    /// How many requests ended before they were whole.
    var cut: Int { state.withLock { $0.cut } }

    /// How a connection ended that the proxy ended, nil while it has not.
    func ending(of connection: Int) -> TestSocket.Received? {
        state.withLock { $0.ended[connection] }
    }

    private func begin(_ socket: TestSocket) {
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let number = state.withLock { state in
            state.open[state.count] = socket
            state.count += 1
            return state.count - 1
        }
        ThreadOfTest.start { [weak self] in
            let peer = HTTPPeer(socket, number: number)
            peer.patienceMs = 600_000
            var isCut = false
            while let head = peer.readHead(), let self {
                self.onHead(head, peer)
                let request = peer.readBody(of: head, untilClose: false)
                isCut = !request.isWhole
                if isCut { break }
                self.state.withLock { $0.seen.append(Seen(request: request, connection: number)) }
                guard self.answer(request, peer) else { break }
            }
            self?.state.withLock { state in
                if isCut || !peer.isEmpty { state.cut += 1 }
                state.ended[number] = peer.ending
                state.open[number] = nil
            }
            socket.close()
        }
    }
}
