// The ways in which a client can be slow with HTTP, and with each make a proxy hold something for it.

/// What a slow client is slow with.
enum SlowKind: Int, CaseIterable, Sendable {
    /// It sends the head of a request byte by byte and never ends it.
    case head
    /// It sends a whole head, and then the body that it announced byte by byte.
    case body
    /// It asks for a large body, has room for little of it, and reads some bytes at a time.
    case read

    /// What it sends at once.
    var beginning: [UInt8] {
        switch self {
        case .head: []
        case .body:
            Array(
                """
                POST \(WebBackend.uploadPath) HTTP/1.1\r
                Host: backend\r
                Content-Length: \(Self.bodyBytes)\r
                \r

                """.utf8)
        case .read: Array("GET /10m HTTP/1.1\r\nHost: backend\r\n\r\n".utf8)
        }
    }

    /// The byte that it sends as that of this number, from 0, behind the beginning.
    func trickle(_ number: Int) -> UInt8 {
        let filler: UInt8 = 0x78
        guard self == .head, number < Self.openHead.count else { return filler }
        return Self.openHead[number]
    }

    /// Its receive buffer: the least that the kernel has, where it matters.
    var receiveBytes: Int32? { self == .read ? 1 : nil }

    /// Bytes that one that reads takes at a time.
    static let readBytes = 64

    /// More than any of them sends, and less than nginx takes by default.
    private static let bodyBytes = 1_000_000

    /// A head that goes on in its last field for as long as anybody listens.
    private static let openHead = Array(
        "GET \(WebBackend.smallPath) HTTP/1.1\r\nHost: backend\r\nX-Filler: ".utf8)
}
