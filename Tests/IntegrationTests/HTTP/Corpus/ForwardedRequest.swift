// What a backend has to get of a request of the corpus: worked out from its octets, by the rules as RFC
// 9110 and RFC 9112 have them and not as the program has them.

import Conformance

/// A request as it has to leave the proxy, whose client is not trusted.
struct ForwardedRequest {
    /// The request line.
    let start: String
    /// The field lines, in their order.
    let lines: [String]
    /// The proxy gives it an identifier, in a field behind these.
    let isIdentified: Bool

    /// Fields of one connection (RFC 9110, section 7.6.1), and what an untrusted client may not say.
    private static let dropped: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "http2-settings", "forwarded", "x-forwarded-for", "x-forwarded-proto",
        "x-forwarded-host", "x-forwarded-port",
    ]

    /// - Parameter port: Where the proxy listens.
    init(_ octets: [UInt8], _ message: AcceptedMessage, port: UInt16) {
        let text = octets.starts(with: [13, 10]) ? octets.dropFirst(2) : octets[...]
        let end = text.firstRange(of: Array("\r\n\r\n".utf8))!
        let head = HTTPHead(text[..<end.lowerBound])
        start = "\(message.first) \(Self.target(head)) HTTP/1.1"
        let nominated = Set(
            head.values("Connection").flatMap { $0.split(separator: ",") }.map {
                $0.filter { $0 != " " && $0 != "\t" }.lowercased()
            })
        var lines = head.lines.filter { line in
            let name = HTTPHead.name(of: line)
            return !Self.dropped.contains(name) && !nominated.contains(name)
        }
        let host = head["Host"]
        if host == nil { lines.append("Host: \(message.text("host")!)") }
        if message.framing == "chunked" { lines.append("Transfer-Encoding: chunked") }
        if let upgrade = message.text("upgrade").map(Self.withoutHTTP2) {
            lines += ["Connection: upgrade", "Upgrade: \(upgrade)"]
        }
        lines += ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http"]
        // Without Host it is the target that says which host is meant, if anything does.
        let meant = host ?? message.text("host") ?? ""
        if host != nil || !meant.isEmpty { lines.append("X-Forwarded-Host: \(meant)") }
        // Versions that HTTP/1.1 does not know yet are received as HTTP/1.1 (RFC 9110, section 2.5).
        let minor = head.words[2] == "HTTP/1.0" ? 0 : 1
        lines += ["X-Forwarded-Port: \(port)", "Via: 1.\(minor) sluice"]
        self.lines = lines
        isIdentified = head["X-Request-Id"] == nil
    }

    /// What is different in what came, or nil.
    func difference(to seen: HTTPHead) -> String? {
        if seen.start != start { return "\(seen.start) in place of \(start)" }
        var rest = seen.lines
        if isIdentified {
            let value = rest.popLast().map { $0.split(separator: " ") } ?? []
            guard value.count == 2, value[0] == "X-Request-Id:", value[1].count == 32,
                value[1].allSatisfy({ "0123456789abcdef".contains($0) })
            else { return "\(value) is no identifier" }
        }
        return rest == lines ? nil : "\(rest) in place of \(lines)"
    }

    /// The protocols of Upgrade that a backend may be asked for: a tunnel of HTTP/2 would go past all
    /// that looks at requests here.
    private static func withoutHTTP2(_ upgrade: String) -> String {
        let all = upgrade.split(separator: ",").map { $0.drop { $0 == " " } }
        let rest = all.filter { $0.lowercased() != "h2c" }
        return rest.count == all.count ? upgrade : rest.joined(separator: ", ")
    }

    /// The target in origin form (RFC 9112, sections 3.2.1 and 3.2.2), or the asterisk.
    private static func target(_ head: HTTPHead) -> String {
        let target = head.target
        guard let scheme = target.firstRange(of: "://"), !target.hasPrefix("/") else {
            return target
        }
        let path = String(target[scheme.upperBound...].drop { $0 != "/" && $0 != "?" })
        if path.isEmpty { return head.words[0] == "OPTIONS" ? "*" : "/" }
        return path.hasPrefix("/") ? path : "/\(path)"
    }
}
