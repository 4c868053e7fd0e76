// A client that keeps the cookie it is given, as browsers do.

import Support

/// What a response says.
struct CookieAnswer {
    let status: Int
    /// Who answered.
    let name: String
    /// The Cookie fields that the backend was sent.
    let sent: String
    /// The values of the fields that set cookies.
    let set: [String]
}

/// A client with a connection for each request.
final class CookieClient {
    let port: UInt16
    /// `NAME=value`; nil while there is none.
    var cookie: String?

    init(_ port: UInt16, cookie: String? = nil) {
        self.port = port
        self.cookie = cookie
    }

    /// Asks for something, and keeps the cookie that comes. Nil without a whole answer.
    func ask(_ target: String = "/", others: String = "") -> CookieAnswer? {
        guard let socket = TestSocket.connect(port: port) else { return nil }
        send(socket, target, others: others)
        socket.shutdownWrite()
        guard let octets = socket.receiveAll(),
            let head = octets.firstRange(of: Array("\r\n\r\n".utf8))
        else { return nil }
        let lines = String(decoding: octets[..<head.lowerBound], as: UTF8.self)
            .split(separator: "\r\n")
        let body = String(decoding: octets[head.upperBound...], as: UTF8.self)
            .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let set = lines.filter { $0.hasPrefix("Set-Cookie: ") }.map { String($0.dropFirst(12)) }
        if let first = set.last { cookie = String(first.prefix { $0 != ";" }) }
        return CookieAnswer(
            status: lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0,
            name: body.first.map(String.init) ?? "",
            sent: body.dropFirst().first.map(String.init) ?? "", set: set)
    }

    /// Sends a request with the cookie and whatever others.
    func send(_ socket: TestSocket, _ target: String, others: String = "") {
        let cookies = [others, cookie ?? ""].filter { !$0.isEmpty }
        let field = cookies.isEmpty ? "" : "Cookie: \(cookies.joined(separator: "; "))\r\n"
        socket.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(field)Connection: close\r\n\r\n")
    }

    /// Asks until one backend has answered that it is then bound to; nil when that does not come
    /// to be.
    static func bound(to name: String, _ port: UInt16) -> CookieClient? {
        for _ in 0..<100 {
            let client = CookieClient(port)
            if client.ask()?.name == name { return client }
        }
        return nil
    }
}
