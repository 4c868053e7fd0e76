// Names that clients ask for in a ClientHello (RFC 6066, section 3): of hosts, never addresses.

/// Reads names of servers.
enum ServerNameText {
    /// `api.example.com` or `*.example.com`, in lower case.
    static func pattern(_ text: String) throws(Refusal) -> HostPattern {
        if text == "*" {
            throw Refusal(
                "'*' is no name", suggestion: "leave out 'sni' to take sessions of any")
        }
        try refuseStrangers(text)
        return try HostText.pattern(text)
    }

    /// `api.example.com`, in lower case.
    static func name(_ text: String) throws(Refusal) -> String {
        try refuseStrangers(text)
        guard !text.contains("*") else {
            throw Refusal(
                "\(Visible.quoted(text)) is a pattern, and a server is asked for by one name",
                suggestion: "write one such as api.example.com")
        }
        return try HostText.pattern(text).description
    }

    /// What is wrong for a name, or said in other words of a host.
    private static func refuseStrangers(_ text: String) throws(Refusal) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Refusal(
                "\(Visible.quoted(text)) has letters beyond ASCII, and no ClientHello has",
                suggestion: "write the name as DNS has it, with xn--")
        }
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let host = isBracketed ? text.dropFirst().dropLast() : text[...]
        guard (try? AddressText.ipv4(host)) == nil, (try? AddressText.ipv6(host)) == nil else {
            throw Refusal(
                "\(Visible.quoted(text)) is an address, and servers are asked for by names only",
                suggestion: "write a name such as api.example.com")
        }
        guard let colon = text.lastIndex(of: ":"), !text.contains("://"),
            text[colon...].dropFirst().utf8.allSatisfy(\.isDigit)
        else { return }
        throw Refusal(
            "\(Visible.quoted(text)) has a port, and names of servers have none",
            suggestion: "write \(Visible.text(String(text[..<colon])))")
    }
}
