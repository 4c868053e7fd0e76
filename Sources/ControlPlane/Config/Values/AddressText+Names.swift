// Names and whom to ask for them. Nothing is asked here.

extension AddressText {
    /// The address of a name server; without a port, that of DNS (RFC 1035, section 4.2).
    static func nameServer(_ text: String) throws(Refusal) -> ResolverServer {
        let address: BackendAddress
        if let host = try? ipv4(text[...]) {
            address = .ipv4(host, port: 53)
        } else if let host = try? ipv6(text[...]) {
            address = .ipv6(host, port: 53)
        } else if isHostName(text[...]) {
            // Else a name would be told that it lacks a port, only to be refused with one.
            address =
                isNumber(text[...])
                ? .ipv4(try ipv4(text[...]), port: 53) : .host(name: text, port: 53)
        } else {
            address = try endpoint(text)
        }
        if address.port == 0 {
            throw Refusal("'0' is not a port", suggestion: "ports are 1 to 65535")
        }
        let suggestion = "write one such as 10.0.0.53, \"10.0.0.53:5353\" or \"[::1]:53\""
        switch address {
        case .ipv4(let host, let port) where host != 0:
            return ResolverServer(host: dotted(host), port: port)
        case .ipv6(let host, let port) where host.high | host.low != 0:
            return ResolverServer(host: "\(host)", port: port)
        case .ipv4, .ipv6:
            throw Refusal(
                "\(Visible.quoted(text)) stands for all addresses, and a name server has one",
                suggestion: suggestion)
        case .host, .unix:
            throw Refusal(
                "\(Visible.quoted(text)) is not an address, and a name server has one",
                suggestion: suggestion)
        }
    }

    /// A name to look up, in lower case; with a dot at its end only the name itself is asked for.
    static func lookupName(_ text: String) throws(Refusal) -> String {
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        let tail = text.prefix { $0 != ":" }
        if colons == 1, isHostName(tail), !isNumber(tail) {
            throw Refusal(
                "\(Visible.quoted(text)) has a port, and a name has none",
                suggestion: "write name: \(tail), and the port as 'port'")
        }
        if isNumber(tail) || (try? ipv6(text[...])) != nil {
            throw Refusal(
                "\(Visible.quoted(text)) is an address, and there is nothing to look up",
                suggestion: "list it under 'backends'")
        }
        guard isHostName(text[...]) else {
            throw Refusal(
                "\(Visible.quoted(text)) is not a host name",
                suggestion: "write one such as cache.example or _redis._tcp.example")
        }
        return text.lowercased()
    }
}
