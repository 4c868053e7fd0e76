// Literal addresses, read strictly and without the system: getaddrinfo(3) would ask the network,
// and inet_aton(3) takes `010.1` for 8.0.0.1.

/// Reads and writes addresses.
enum AddressText {
    /// `10.0.0.1`, of a number in host byte order.
    static func dotted(_ host: UInt32) -> String {
        "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255)"
    }

    /// The address that a listener may be bound to; port 0 lets the kernel choose one.
    static func bind(_ text: String) throws(Refusal) -> BindAddress {
        switch try endpoint(text) {
        case .ipv4(let host, let port): return .ipv4(host, port: port)
        case .ipv6(let host, let port): return .ipv6(host, port: port)
        case .unix(let path): return .unix(path: path)
        case .host(let name, let port):
            throw Refusal(
                "\(Visible.quoted(text)) is a name, and a listener is bound to an address",
                suggestion: name == "localhost"
                    ? "write 127.0.0.1:\(port) or [::1]:\(port)"
                    : "write an address of this machine, or 0.0.0.0:\(port) or [::]:\(port)")
        }
    }

    /// The address that a backend may have.
    static func backend(_ text: String) throws(Refusal) -> BackendAddress {
        let address = try endpoint(text)
        let isWildcard =
            switch address {
            case .ipv4(let host, _): host == 0
            case .ipv6(let host, _): host.high == 0 && host.low == 0
            default: false
            }
        if isWildcard {
            throw Refusal(
                "\(Visible.quoted(text)) stands for all addresses, and a backend has one",
                suggestion: "for this machine write 127.0.0.1 or [::1]")
        }
        if address.port == 0 {
            throw Refusal("'0' is not a port", suggestion: "ports are 1 to 65535")
        }
        return address
    }

    /// The address that connections may come from: no port, which the kernel chooses for each.
    static func source(_ text: String) throws(Refusal) -> SourceAddress {
        if let host = try? ipv4(text[...]) { return .ipv4(host) }
        if let host = try? ipv6(text[...]) { return .ipv6(host) }
        throw Refusal(
            "\(Visible.quoted(text)) is not an IPv4 or IPv6 address",
            suggestion: "write an address of this machine without a port, such as 10.0.0.1")
    }

    /// True when the last label is a number, as that of an IPv4 address.
    static func isNumber(_ host: Substring) -> Bool {
        let last = host.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        return !last.isEmpty && last.utf8.allSatisfy(\.isDigit)
    }

    /// `host:port`, `[IPv6]:port`, `unix:/path` or `/path`.
    static func endpoint(_ text: String) throws(Refusal) -> BackendAddress {
        if text.hasPrefix("unix:") { return .unix(path: try path(String(text.dropFirst(5)))) }
        if text.hasPrefix("/") { return .unix(path: try path(text)) }
        try refuseFamiliarMistakes(text)
        if text.hasPrefix("[") { return try bracketed(text) }
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        let host = text[..<colon]
        let port = try port(text[colon...].dropFirst(), of: text)
        // A name whose last label is a number would be taken for an address by every other program.
        if isNumber(host) {
            return .ipv4(try ipv4(host), port: port)
        }
        return .host(name: try hostName(host), port: port)
    }

    /// What people write in other programs' files.
    private static func refuseFamiliarMistakes(_ text: String) throws(Refusal) {
        // Made only for a message: this runs for every address of a file.
        var quoted: String { Visible.quoted(text) }
        if text.isEmpty { throw Refusal("the address is empty") }
        guard text.utf8.count <= Limits.addressBytes else {
            throw Refusal("\(quoted) is too long for an address", suggestion: "write \(form)")
        }
        if text.utf8.contains(UInt8(ascii: "/")), let scheme = text.ranges(of: "://").first {
            let rest = text[scheme.upperBound...].prefix { $0 != "/" }
            throw Refusal(
                "\(quoted) is a URL, not an address",
                suggestion: "write \(Visible.text(String(rest)))")
        }
        if text.utf8.allSatisfy(\.isDigit) {
            throw Refusal(
                "\(quoted) is only a port",
                suggestion: "write the address before it, such as 127.0.0.1:\(text.prefix(8))")
        }
        let colonCount = text.utf8.count { $0 == UInt8(ascii: ":") }
        if colonCount == 1, text.hasPrefix(":") || text.hasPrefix("*:") {
            let port = Visible.text(String(text.drop { $0 != ":" }.prefix(8)))
            throw Refusal(
                "\(quoted) names no address",
                suggestion: "for all addresses write 0.0.0.0\(port) or [::]\(port)")
        }
        if text.utf8.contains(UInt8(ascii: "%")) {
            throw Refusal(
                "\(quoted) has a zone, and zones of IPv6 addresses are not supported",
                suggestion: "use an address that is not link-local")
        }
        guard !text.hasPrefix("["), colonCount > 1 else { return }
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        let whole = try? ipv6(text[...])
        let port = text[colon...]
        let isPort = port.utf8.dropFirst().allSatisfy(\.isDigit) && port.utf8.count > 1
        if let head = try? ipv6(text[..<colon]), isPort {
            throw Refusal(
                "\(quoted) is an IPv6 address without brackets",
                suggestion: "write [\(head)]\(port)" + (whole.map { " or [\($0)]:PORT" } ?? ""))
        }
        guard let whole else {
            throw Refusal("\(quoted) has more than one colon", suggestion: "write \(form)")
        }
        throw Refusal("\(quoted) has no port", suggestion: "write [\(whole)]:PORT")
    }

    private static let form = "ADDRESS:PORT, such as 10.0.0.1:80 or [2001:db8::1]:80"

    /// `[IPv6]:port`.
    private static func bracketed(_ text: String) throws(Refusal) -> BackendAddress {
        guard let end = text.firstIndex(of: "]") else {
            throw Refusal(
                "\(Visible.quoted(text)) has no closing bracket", suggestion: "write \(form)")
        }
        let address = try ipv6(text[..<end].dropFirst())
        let rest = text[end...].dropFirst()
        guard rest.isEmpty || rest.hasPrefix(":") else {
            throw Refusal(
                "\(Visible.quoted(text)) has something other than a port after the bracket",
                suggestion: "write [\(address)]:PORT")
        }
        let port = try port(rest.dropFirst(), of: text)
        if let mapped = address.mappedIPv4 {
            throw Refusal(
                "\(Visible.quoted(text)) is an IPv4 address in IPv6 clothes",
                suggestion: "write \(dotted(mapped)):\(port)")
        }
        return .ipv6(address, port: port)
    }

    /// A port from 0 to 65535 in decimal; `text` is the whole address, for the message.
    private static func port(_ digits: Substring, of text: String) throws(Refusal) -> UInt16 {
        guard !digits.isEmpty else {
            let host = text.hasSuffix(":") ? text.dropLast() : text[...]
            throw Refusal(
                "\(Visible.quoted(text)) has no port",
                suggestion: "write \(Visible.text(String(host.prefix(64)))):PORT")
        }
        guard digits.utf8.allSatisfy(\.isDigit), digits == "0" || digits.first != "0",
            let port = UInt16(digits)
        else {
            throw Refusal(
                "\(Visible.quoted(digits)) is not a port", suggestion: "ports are 1 to 65535")
        }
        return port
    }

    /// True for a host name of any case (RFC 1123, section 2.1, and underscores, which service names
    /// use), with or without a dot at its end.
    static func isHostName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let body = labels.count > 1 && labels.last == "" ? labels.dropLast() : labels[...]
        return text.utf8.count <= 253
            && body.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f
                    }
            }
    }

    /// A host name in lower case.
    private static func hostName(_ text: Substring) throws(Refusal) -> String {
        guard isHostName(text) else {
            throw Refusal(
                "\(Visible.quoted(text)) is neither an address nor a host name",
                suggestion: "write \(form), or NAME:PORT")
        }
        return text.lowercased()
    }

    /// The path of a Unix socket.
    static func path(_ path: String) throws(Refusal) -> String {
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
            throw Refusal(
                "\(Visible.quoted(path)) is not the absolute path of a socket",
                suggestion: "write a path from the root, such as /run/app.sock")
        }
        guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw Refusal("\(Visible.quoted(path)) holds a control character")
        }
        guard path.utf8.count <= Limits.socketPathBytes else {
            throw Refusal(
                "the path is \(path.utf8.count) bytes long, and a Unix socket's path has at most "
                    + "\(Limits.socketPathBytes)")
        }
        return path
    }
}
