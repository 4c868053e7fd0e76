// A flow between two socket pairs, as a session would have it: what is written to `client` goes
// through the flow and comes out at `server`.

import Glibc
import Linux

@testable import Proxy

/// One direction of relaying with both far ends in the test's hands.
struct Channel: ~Copyable {
    var relay = Relay()
    var flow = Flow()
    var source: Endpoint
    var sink: Endpoint
    let client: Int32
    let server: Int32

    /// Unix sockets, or TCP ones where urgent bytes and resets matter.
    init(isTCP: Bool = false, buffer: Int32 = 0) throws {
        let front = try isTCP ? Self.connection() : Self.pair()
        let back = try isTCP ? Self.connection() : Self.pair()
        (client, source) = (front.0, Endpoint(socket: front.1))
        (sink, server) = (Endpoint(socket: back.0), back.1)
        if isTCP { Socket.keepUrgentInline(source.socket) }
        source.isReadable = true
        sink.isWritable = true
        if buffer > 0 {
            _ = Socket.setOption(sink.socket, level: SOL_SOCKET, name: SO_SNDBUF, value: buffer)
        }
    }

    deinit {
        for socket in [client, server, source.socket, sink.socket] where socket >= 0 {
            close(socket)
        }
    }

    /// One attempt at moving bytes.
    mutating func move() -> FlowOutcome { relay.move(&flow, from: &source, to: &sink) }

    /// Gives back what the flow has borrowed, as the end of a session does.
    mutating func release() { relay.release(&flow) }

    /// Bytes go in.
    func write(_ bytes: [UInt8]) {
        let sent = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        precondition(sent == bytes.count, "the test's own socket is full: \(sent)")
    }

    /// What has come out, as far as it is there; nil at the end of the stream.
    func read(max count: Int = 1 << 20) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        var result: [UInt8] = []
        while result.count < count {
            let received = recv(server, &buffer, count - result.count, Int32(MSG_DONTWAIT))
            if received == 0, result.isEmpty { return nil }
            guard received > 0 else { break }
            result += buffer[..<received]
        }
        return result
    }

    private static func pair() throws -> (Int32, Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let result = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) {
                socketpair(AF_UNIX, type, 0, $0)
            }
        }
        guard result == 0 else { throw SystemError("socketpair", errno) }
        return ends
    }

    private static func connection() throws -> (Int32, Int32) {
        let any = SocketAddress(ipv4: 0x7f00_0001, port: 0)
        let listening = Int32(try Socket.open(family: AF_INET).orThrow("socket"))
        defer { close(listening) }
        _ = try Socket.bind(listening, to: any).orThrow("bind")
        guard listen(listening, 1) == 0 else { throw SystemError("listen", errno) }
        let client = Int32(try Socket.open(family: AF_INET).orThrow("socket"))
        _ = Socket.connect(client, to: try Socket.localAddress(listening))
        _ = FileDescriptor.waitReadable(listening, milliseconds: 5000)
        return (client, Int32(try Socket.accept(listening).orThrow("accept")))
    }
}
