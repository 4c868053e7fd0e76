// The admin socket as any HTTP client sees it, byte by byte: the product's own client is not
// trusted here.

import Glibc
import Support

/// One answer.
struct HTTPAnswer: Equatable {
    var status: Int
    /// Names in lower case.
    var fields: [String: String]
    var body: String
}

/// A connection to the admin socket.
final class AdminHTTP {
    let socket: TestSocket
    private var received: [UInt8] = []

    init?(_ path: String) {
        guard let socket = TestSocket.connect(unix: path) else { return nil }
        self.socket = socket
    }

    /// Sends a request without a body.
    func send(_ method: String, _ target: String) {
        socket.send("\(method) \(target) HTTP/1.1\r\nHost: sluice\r\n\r\n")
    }

    /// Reads one answer; nil when the connection ends or is silent before it is whole.
    func receive(hasBody: Bool = true, milliseconds: Int32 = 10_000) -> HTTPAnswer? {
        var head = received.firstRange(of: Array("\r\n\r\n".utf8))
        while head == nil {
            guard more(milliseconds) else { return nil }
            head = received.firstRange(of: Array("\r\n\r\n".utf8))
        }
        guard let head else { return nil }
        let text = String(decoding: received[..<head.lowerBound], as: UTF8.self)
        let lines = text.split(separator: "\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        received.removeFirst(head.upperBound)
        guard let length = fields["content-length"].flatMap({ Int($0) }) else { return nil }
        let bodyLength = hasBody ? length : 0
        while received.count < bodyLength {
            guard more(milliseconds) else { return nil }
        }
        let body = String(decoding: received[..<bodyLength], as: UTF8.self)
        received.removeFirst(bodyLength)
        return HTTPAnswer(status: status, fields: fields, body: body)
    }

    /// One GET on a connection of its own.
    static func get(_ path: String, _ target: String) -> HTTPAnswer? {
        ask(path, "GET", target)
    }

    /// One request on a connection of its own.
    static func ask(_ path: String, _ method: String, _ target: String) -> HTTPAnswer? {
        guard let connection = AdminHTTP(path) else { return nil }
        connection.send(method, target)
        return connection.receive(hasBody: method != "HEAD")
    }

    /// One POST with a body on a connection of its own.
    static func post(_ path: String, _ target: String, _ body: String) -> HTTPAnswer? {
        guard let connection = AdminHTTP(path) else { return nil }
        connection.socket.send(
            "POST \(target) HTTP/1.1\r\nHost: sluice\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + body)
        return connection.receive()
    }

    private func more(_ milliseconds: Int32) -> Bool {
        guard case .bytes(let bytes) = socket.receive(milliseconds: milliseconds) else {
            return false
        }
        received += bytes
        return true
    }
}
