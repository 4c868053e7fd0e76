// What a backend may do in place of an answer, and what the client has to see of it.

import Support

/// Something that goes wrong at a backend.
struct BackendFault: Sendable, CustomStringConvertible {
    /// What the client has to get.
    enum Outcome: Sendable {
        /// An answer of the proxy.
        case status(Int)
        /// A response that ends too soon, or 502 where nothing of it had gone out.
        case cut
        /// A response with that body, behind which the backend's connection is not used again.
        case whole(String)
    }

    /// Its name, which is the target of the request that it is done to.
    let description: String
    let outcome: Outcome
    /// Does it.
    let act: @Sendable (HTTPPeer) -> Void

    init(_ name: String, _ outcome: Outcome, _ act: @escaping @Sendable (HTTPPeer) -> Void) {
        description = name
        self.outcome = outcome
        self.act = act
    }

    /// Faults of a kind: octets of a response, and then the end of the connection or a reset.
    private static func broken(
        _ name: String, _ outcome: Outcome, _ octets: String, onReset: Outcome? = nil
    ) -> [BackendFault] {
        [
            BackendFault("/\(name)", outcome) { peer in
                peer.send(octets)
                peer.socket.shutdownWrite()
            },
            BackendFault("/\(name)-reset", onReset ?? outcome) { peer in
                peer.send(octets)
                peer.reset()
            },
        ]
    }

    private static let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// All of them.
    static let all: [BackendFault] =
        broken("at-once", .status(502), "")
        + broken("in-the-status-line", .status(502), "HTTP/1.1 20")
        + broken("in-the-head", .status(502), "HTTP/1.1 200 OK\r\nContent-Len")
        + broken("behind-an-interim-response", .status(502), "HTTP/1.1 103 Hints\r\n\r\n")
        + broken("before-the-body", .cut, length)
        + broken("in-the-body", .cut, "\(length)hel")
        + broken("before-the-chunks", .cut, chunked)
        + broken("in-a-chunk-line", .cut, "\(chunked)5")
        + broken("in-a-chunk", .cut, "\(chunked)5\r\nhel")
        + broken("between-chunks", .cut, "\(chunked)5\r\nhello\r\n")
        + broken("in-the-last-chunk", .cut, "\(chunked)5\r\nhello\r\n0\r\n")
        + broken("in-the-trailers", .cut, "\(chunked)5\r\nhello\r\n0\r\nA: b\r\n")
        + broken(
            "in-a-body-without-end", .whole("hel"), "HTTP/1.1 200 OK\r\n\r\nhel", onReset: .cut)
        + [
            BackendFault("/more-than-its-length", .whole("hello")) { $0.send("\(length)hello...") },
            BackendFault("/another-response", .whole("hello")) {
                $0.send("\(length)hello\(length)world")
            },
            BackendFault("/more-than-its-chunks", .whole("hello")) {
                $0.send("\(chunked)5\r\nhello\r\n0\r\n\r\n\(length)world")
            },
            BackendFault("/garbage", .status(502)) {
                $0.send("\u{16}\u{3}\u{1} what is this?\r\n")
            },
            BackendFault("/another-protocol", .status(502)) { $0.send("SSH-2.0-OpenSSH_9.2\r\n") },
            BackendFault("/a-huge-head", .status(502)) {
                $0.send("HTTP/1.1 200 OK\r\nA: \(String(repeating: "a", count: 40_000))\r\n\r\n")
            },
            BackendFault("/a-head-without-end", .status(502)) { peer in
                peer.send("HTTP/1.1 200 OK\r\n")
                while peer.send("A: \(String(repeating: "a", count: 50))\r\n") {}
            },
            BackendFault("/many-fields", .status(502)) {
                $0.send("HTTP/1.1 200 OK\r\n\(String(repeating: "A: b\r\n", count: 101))\r\n")
            },
            BackendFault("/interim-responses-without-end", .status(502)) { peer in
                while peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") {}
            },
            BackendFault("/a-broken-chunk", .cut) { $0.send("\(chunked)5\r\nhello\r\nxyz\r\n") },
            BackendFault("/a-chunk-that-is-longer", .cut) {
                $0.send("\(chunked)5\r\nhello!\r\n0\r\n\r\n")
            },
        ]
}
