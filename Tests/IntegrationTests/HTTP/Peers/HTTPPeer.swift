// One end of a connection that speaks HTTP, as a client or as a backend: it reads message by message,
// and otherwise does what it is told.

import Glibc
import Support

/// A socket and what was read of it and not taken yet. One thread at a time uses it.
final class HTTPPeer: @unchecked Sendable {
    let socket: TestSocket
    /// Which connection of its backend it is, beginning with 0.
    let number: Int
    /// How long it waits for the next octets.
    var patienceMs: Int32 = 10_000
    /// What the last read came to, if it did not bring octets.
    private(set) var ending = TestSocket.Received.nothing
    private var isReset = false
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ socket: TestSocket, number: Int = 0) {
        self.socket = socket
        self.number = number
    }

    /// A client's connection to a port of 127.0.0.1; nil when that is refused.
    convenience init?(port: UInt16) {
        guard let socket = TestSocket.connect(port: port) else { return nil }
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        self.init(socket)
    }

    /// Has a backend's connection end by a reset. Its descriptor is closed by who reads from it, so
    /// that it is not somebody else's meanwhile.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            socket.descriptor, SOL_SOCKET, SO_LINGER, &option,
            socklen_t(MemoryLayout<linger>.size))
        isReset = true
    }

    /// Closes it, so that a proxy's session with it ends.
    func close() { socket.close() }

    // Sending -------------------------------------------------------------------------------

    /// Sends text; false on an error.
    @discardableResult
    func send(_ text: String) -> Bool { socket.send(text) }

    /// Sends octets; false on an error.
    @discardableResult
    func send(_ octets: [UInt8]) -> Bool { socket.send(octets) }

    /// Sends a response with a body of known length.
    @discardableResult
    func respond(_ body: String = "", status: String = "200 OK", fields: String = "") -> Bool {
        send(
            "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Sends a request and reads its response.
    func ask(_ target: String, method: String = "GET", fields: String = "", body: String? = nil)
        -> HTTPMessage?
    {
        let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
        let head = "\(method) \(target) HTTP/1.1\r\nHost: a.test\r\n\(fields)\(length)\r\n"
        guard send(head + (body ?? "")) else { return nil }
        return readResponse(to: method)
    }

    // Reading -------------------------------------------------------------------------------

    /// Octets that were read and not taken.
    var isEmpty: Bool { start == buffer.count }

    /// Reads a response, interim ones too; nil when the connection ends or is silent first.
    func readResponse(to method: String = "GET") -> HTTPMessage? {
        guard let head = readHead() else { return nil }
        if method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304 {
            return HTTPMessage(head: head, body: [], isWhole: true)
        }
        return readBody(of: head, untilClose: true)
    }

    /// Reads a head; nil when the connection ends or is silent first.
    func readHead() -> HTTPHead? {
        var looked = start
        while true {
            if let end = endOfHead(from: looked) {
                defer { take(upTo: end) }
                return HTTPHead(buffer[start..<end])
            }
            looked = max(start, buffer.count - 3)
            let before = start
            guard fill() else { return nil }
            looked -= before - start
        }
    }

    /// Reads what is left; nil when the connection fails or is silent before its end.
    func readAll() -> [UInt8]? {
        while fill() {}
        defer { take(upTo: buffer.count) }
        return ending == .end ? Array(buffer[start...]) : nil
    }

    /// Reads so many octets, fewer when there are no more.
    func read(_ count: Int) -> [UInt8] {
        while buffer.count - start < count, fill() {}
        let end = min(buffer.count, start + count)
        defer { take(upTo: end) }
        return Array(buffer[start..<end])
    }

    /// What was received and not taken.
    func readReady() -> [UInt8] {
        defer { take(upTo: buffer.count) }
        return Array(buffer[start...])
    }

    /// True when the connection ends in order or by a reset, and nothing comes before that.
    func isEnded() -> Bool {
        guard isEmpty else { return false }
        if fill() { return false }
        return ending != .nothing
    }

    /// Reads the body behind a head.
    func readBody(of head: HTTPHead, untilClose: Bool) -> HTTPMessage {
        if head.isChunked { return readChunks(of: head) }
        if let length = head["Content-Length"].flatMap({ Int($0) }) {
            let body = read(length)
            return HTTPMessage(head: head, body: body, isWhole: body.count == length)
        }
        guard untilClose else { return HTTPMessage(head: head, body: [], isWhole: true) }
        while fill() {}
        defer { take(upTo: buffer.count) }
        return HTTPMessage(head: head, body: Array(buffer[start...]), isWhole: ending == .end)
    }

    private func readChunks(of head: HTTPHead) -> HTTPMessage {
        var body: [UInt8] = []
        while let line = readLine(), let size = Int(line, radix: 16) {
            if size == 0 {
                return HTTPMessage(head: head, body: body, isWhole: readLine() == "")
            }
            body += read(size)
            guard readLine() == "" else { break }
        }
        return HTTPMessage(head: head, body: body, isWhole: false)
    }

    private func readLine() -> String? {
        while true {
            if let end = buffer[start...].firstIndex(of: 10) {
                defer { take(upTo: end + 1) }
                guard end > start, buffer[end - 1] == 13 else { return nil }
                return HTTPHead.latin1(buffer[start..<end - 1])
            }
            guard fill() else { return nil }
        }
    }

    /// Where the empty line ends that ends a head.
    private func endOfHead(from looked: Int) -> Int? {
        guard buffer.count - looked >= 4 else { return nil }
        for index in looked...buffer.count - 4
        where buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13
            && buffer[index + 3] == 10
        {
            return index + 4
        }
        return nil
    }

    private func take(upTo end: Int) { start = end }

    /// Receives more. False when there is none.
    private func fill() -> Bool {
        guard !isReset else { return false }
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        switch socket.receive(milliseconds: patienceMs) {
        case .bytes(let bytes):
            buffer += bytes
            return true
        case let other:
            ending = other
            return false
        }
    }
}
