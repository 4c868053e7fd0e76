// The other end of the admin socket, for the commands: one request, one answer, waiting for it.

internal import FoundationEssentials
internal import Glibc
internal import Linux

/// Why the admin socket could not be asked.
public struct AdminUnreachable: Error, CustomStringConvertible {
    /// What to tell the user.
    public let description: String
}

/// Why a running process did not do what it was asked for.
public struct AdminRefused: Error, CustomStringConvertible {
    /// 404 when nothing is meant by the target, else another status of HTTP.
    public let status: Int
    /// What to tell the user; may have several lines.
    public let description: String
}

/// Asks a running process through its admin socket. Blocks.
public struct AdminClient {
    private let path: String

    /// A client of the socket at `path`.
    public init(path: String) { self.path = path }

    /// GET /status.
    public func status() throws -> StatusReport {
        try decode(StatusReport.self, ask("GET", "/status"))
    }

    /// The JSON of GET /status as it came, if it is a report.
    public func statusText() throws -> String {
        let answer = try ask("GET", "/status")
        _ = try decode(StatusReport.self, answer)
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// POST /reload, which answers when the reload is over.
    public func reload() throws -> ReloadReport {
        try decode(ReloadReport.self, ask("POST", "/reload"))
    }

    /// GET /overrides.
    public func overrides() throws -> [OverrideReport] {
        try decode([OverrideReport].self, expectFound(ask("GET", "/overrides")))
    }

    /// The JSON of GET /overrides as it came.
    public func overridesText() throws -> String {
        String(decoding: try expectFound(ask("GET", "/overrides")).body, as: UTF8.self)
    }

    /// POST /drain and its like: `action` is the path without its slash. Answers when it is in
    /// force; throws `AdminRefused` when it was not done.
    public func operate(_ action: String, _ order: OverrideOrder) throws -> OverrideOutcome {
        let body = Array(try JSONEncoder().encode(order))
        return try decode(
            OverrideOutcome.self, expectFound(ask("POST", "/\(action)", body)))
    }

    /// An answer that is what was asked for, rather than a line that says why not.
    private func expectFound(
        _ answer: (status: Int, body: [UInt8])
    ) throws -> (status: Int, body: [UInt8]) {
        guard (400..<500).contains(answer.status) else { return answer }
        var text = String(decoding: answer.body, as: UTF8.self)
        while text.last == "\n" { text.removeLast() }
        throw AdminRefused(status: answer.status, description: text)
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ answer: (status: Int, body: [UInt8])
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
            throw AdminUnreachable(
                description: "\(path) answered \(answer.status) with something else: \(text)")
        }
    }

    private func ask(
        _ method: String, _ target: String, _ body: [UInt8] = []
    ) throws -> (status: Int, body: [UInt8]) {
        let socket = try connect()
        var head = "\(method) \(target) HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n"
        if !body.isEmpty {
            head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        }
        try send(Array("\(head)\r\n".utf8) + body, socket.rawValue)
        let bytes = try receiveAll(socket.rawValue)
        guard let answer = Self.parse(bytes) else {
            throw AdminUnreachable(description: "\(path) did not answer in HTTP")
        }
        return answer
    }

    private func connect() throws -> FileDescriptor {
        guard let address = SocketAddress(unix: path) else {
            throw AdminUnreachable(description: "\(path) is too long for a Unix socket")
        }
        let socket = FileDescriptor(
            owning: Int32(try Socket.open(family: address.family).orThrow("socket")))
        let connected = Socket.connect(socket.rawValue, to: address)
        guard connected.isSuccess else {
            let cause =
                switch connected.errno {
                case ENOENT: "there is no such socket; is sluice running, with this admin socket?"
                case ECONNREFUSED: "nobody listens there any more"
                case EACCES: "permission denied; ask as root or as the user that sluice runs as"
                default: SystemError.text(of: connected.errno)
                }
            throw AdminUnreachable(description: "cannot reach \(path): \(cause)")
        }
        return socket
    }

    private func send(_ bytes: [UInt8], _ socket: Int32) throws {
        let sent = unsafe bytes.withUnsafeBytes { space -> IOResult in
            guard let base = space.baseAddress else { return IOResult(0) }
            return unsafe Socket.send(socket, from: base, count: space.count)
        }
        guard sent.isSuccess, sent.count == bytes.count else {
            throw AdminUnreachable(description: "\(path) does not take requests")
        }
    }

    private func receiveAll(_ socket: Int32) throws -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            guard FileDescriptor.waitReadable(socket, milliseconds: 30_000) else {
                throw AdminUnreachable(description: "\(path) did not answer within 30 seconds")
            }
            let result = unsafe buffer.withUnsafeMutableBytes { space -> IOResult in
                guard let base = space.baseAddress else { return IOResult(0) }
                return unsafe Socket.receive(socket, into: base, count: space.count)
            }
            if result.wouldBlock { continue }
            guard result.isSuccess else {
                throw AdminUnreachable(
                    description: "\(path): \(SystemError.text(of: result.errno))")
            }
            if result.count == 0 { return received }
            received += buffer[..<result.count]
        }
    }

    /// The status and the body of an answer that ended with its connection.
    private static func parse(_ bytes: [UInt8]) -> (status: Int, body: [UInt8])? {
        let separator: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
        guard let head = bytes.firstRange(of: separator) else { return nil }
        let line = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        return (status, Array(bytes[head.upperBound...]))
    }
}
