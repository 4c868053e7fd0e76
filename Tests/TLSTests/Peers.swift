// A server of ours and a client of ours with a socket pair between them, moved step by step.

import COpenSSL
import Glibc
import Support

@testable import TLS

/// Both ends of a connection.
struct Peers: ~Copyable {
    var server: TLSSession
    var client: TLSSession
    let serverSocket: Int32
    let clientSocket: Int32

    /// Sessions over a fresh pair of sockets.
    init(
        _ contexts: TLSServerContexts, _ context: TLSClientContext, name: String? = "a.example.com",
        slot: TLSSessionSlot? = nil
    ) {
        (serverSocket, clientSocket) = Sockets.pair()
        server = contexts.session(socket: serverSocket)!
        client = Self.client(context, socket: clientSocket, name: name, slot: slot)!
    }

    deinit {
        server.free()
        client.free()
        close(serverSocket)
        close(clientSocket)
    }

    static func client(
        _ context: TLSClientContext, socket: Int32, name: String?, slot: TLSSessionSlot? = nil
    ) -> TLSSession? {
        guard let name else {
            return context.session(socket: socket, name: nil, count: 0, slot: slot)
        }
        let bytes = Array(name.utf8)
        return context.session(socket: socket, name: bytes, count: bytes.count, slot: slot)
    }

    /// Goes on with both handshakes until each is done or has failed.
    func shake() -> (server: TLSProgress, client: TLSProgress) {
        var result: (server: TLSProgress, client: TLSProgress) = (.wantsRead, .wantsRead)
        for _ in 0..<20 {
            if !result.client.isFinal { result.client = client.handshake() }
            if !result.server.isFinal { result.server = server.handshake() }
            if result.client.isFinal && result.server.isFinal { break }
        }
        return result
    }

    /// Has the client read what is there: tickets come after the handshake.
    func settle() -> TLSResult { Self.receive(client, 64).1 }

    /// Reads from a session what is there, and what the last call said.
    static func receive(_ session: TLSSession, _ max: Int = 1 << 20) -> ([UInt8], TLSResult) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 15)
        while bytes.count < max {
            let result = session.receive(into: &buffer, count: buffer.count)
            guard case .count(let count) = result else { return (bytes, result) }
            bytes += buffer[..<count]
        }
        return (bytes, .count(bytes.count))
    }
}

extension TLSProgress {
    /// True when nothing more will come of it.
    var isFinal: Bool {
        switch self {
        case .done, .failed, .reset: true
        case .wantsRead, .wantsWrite, .starved: false
        }
    }
}

/// Sockets of tests.
enum Sockets {
    /// OpenSSL writes by write(2), which raises SIGPIPE; as the program does, so do tests.
    static let ignoresPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Two non-blocking sockets that are connected.
    static func pair() -> (Int32, Int32) {
        ignoresPipes
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, type, 0, &ends) == 0, "socketpair: \(errno)")
        return (ends[0], ends[1])
    }

    /// Writes all bytes.
    static func write(_ bytes: some Collection<UInt8>, to socket: Int32) {
        let array = Array(bytes)
        let sent = send(socket, array, array.count, Int32(MSG_NOSIGNAL))
        precondition(sent == array.count, "the test's own socket is full: \(sent)")
    }

    /// Reads what is there.
    static func read(_ socket: Int32) -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
            result += buffer[..<count]
        }
        return result
    }
}
