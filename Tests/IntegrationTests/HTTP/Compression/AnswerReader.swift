// A client that looks at responses octet by octet: at what a body was framed in as well as at the body.

import Support

/// A connection to the program, and what was received and not looked at yet.
final class AnswerReader {
    /// A response.
    struct Answer {
        var status = 0
        /// Names in lower case and values, in order.
        var fields: [(name: String, value: String)] = []
        /// The body without the frames of chunks.
        var body: [UInt8] = []
        /// It came to its end.
        var isWhole = false

        /// The value of the only field of a name; nil for none or several.
        subscript(_ name: String) -> String? {
            let found = fields.filter { $0.name == name }
            return found.count == 1 ? found[0].value : nil
        }

        /// The body as text.
        var text: String { String(decoding: body, as: UTF8.self) }
        var isCompressed: Bool { self["content-encoding"] == "gzip" }
        /// The body as it was before it was compressed, if it was.
        var plain: [UInt8]? { isCompressed ? Gunzip.read(body) : body }
    }

    let socket: TestSocket
    private var received: [UInt8] = []

    init?(port: UInt16) {
        guard let socket = TestSocket.connect(port: port) else { return nil }
        self.socket = socket
    }

    /// Sends a request and reads its response.
    func ask(
        _ path: String = "/", method: String = "GET", version: String = "1.1",
        fields: String = "Accept-Encoding: gzip\r\n"
    ) -> Answer? {
        socket.send("\(method) \(path) HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n")
        return read(hasBody: method != "HEAD")
    }

    /// Reads a response; nil when none comes.
    func read(hasBody: Bool = true) -> Answer? {
        guard var answer = readHead() else { return nil }
        guard hasBody, answer.status != 204, answer.status != 304 else {
            answer.isWhole = true
            return answer
        }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = readChunk() {
                answer.body += chunk
                if chunk.isEmpty {
                    answer.isWhole = true
                    break
                }
            }
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            while received.count < length, fill() {}
            answer.isWhole = received.count >= length
            answer.body = take(min(length, received.count))
        } else {
            while fill() {}
            answer.isWhole = true
            answer.body = take(received.count)
        }
        return answer
    }

    /// Reads the head of a response; nil when none comes.
    func readHead() -> Answer? {
        while true {
            if let end = received.firstRange(of: "\r\n\r\n".utf8) {
                let lines = String(decoding: take(end.upperBound), as: UTF8.self)
                    .split(separator: "\r\n")
                var answer = Answer()
                answer.status = Int(lines[0].split(separator: " ")[1]) ?? 0
                answer.fields = lines.dropFirst().map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
                }
                return answer
            }
            guard fill() else { return nil }
        }
    }

    /// Reads one chunk of a body, empty for the last; nil when it does not come whole.
    func readChunk() -> [UInt8]? {
        while true {
            if let line = received.firstRange(of: "\r\n".utf8),
                let size = Int(
                    String(decoding: received[..<line.lowerBound], as: UTF8.self), radix: 16),
                received.count >= line.upperBound + size + 2
            {
                let whole = take(line.upperBound + size + 2)
                return Array(whole[line.upperBound..<line.upperBound + size])
            }
            guard fill() else { return nil }
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func fill() -> Bool {
        guard case .bytes(let bytes) = socket.receive() else { return false }
        received += bytes
        return true
    }
}
