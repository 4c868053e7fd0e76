// Hosts as routes name them.

/// Reads patterns of hosts.
enum HostText {
    /// `api.example.com`, `*.example.com`, `10.0.0.1` or `[2001:db8::1]`, in lower case.
    static func pattern(_ text: String) throws(Refusal) -> HostPattern {
        var quoted: String { Visible.quoted(text) }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Refusal(
                "\(quoted) has letters beyond ASCII, and no request has",
                suggestion: "write the name as DNS has it, with xn--")
        }
        if text == "*" {
            throw Refusal(
                "'*' is no host", suggestion: "leave out 'host' to take requests of any")
        }
        if let scheme = text.ranges(of: "://").first {
            let rest = text[scheme.upperBound...].prefix { $0 != "/" && $0 != ":" }
            throw Refusal(
                "\(quoted) is a URL, not a host",
                suggestion: "write \(Visible.text(String(rest)))")
        }
        if let address = address(text) { return .exact(address) }
        if let colon = text.lastIndex(of: ":"),
            text[colon...].dropFirst().utf8.allSatisfy(\.isDigit)
        {
            throw Refusal(
                "\(quoted) has a port, and hosts of routes have none",
                suggestion: "write \(Visible.text(String(text[..<colon])))")
        }
        let below = text.hasPrefix("*.")
        let name = below ? text.dropFirst(2) : text[...]
        if name.contains("*") {
            throw Refusal(
                "\(quoted) has '*' where it is no label of its own at the beginning",
                suggestion: "write one such as *.example.com")
        }
        if name.hasSuffix("."), AddressText.isHostName(name) {
            throw Refusal(
                "\(quoted) ends in a dot", suggestion: "write \(text.dropLast())")
        }
        guard AddressText.isHostName(name), !AddressText.isNumber(name) else {
            throw Refusal(
                "\(quoted) is not a host",
                suggestion: "write a name such as api.example.com or *.example.com")
        }
        return below ? .below(name.lowercased()) : .exact(name.lowercased())
    }

    /// A literal address in canonical form, IPv6 in brackets; nil for anything else.
    private static func address(_ text: String) -> String? {
        if let host = try? AddressText.ipv4(text[...]) { return AddressText.dotted(host) }
        guard text.hasPrefix("["), text.hasSuffix("]"),
            let host = try? AddressText.ipv6(text.dropFirst().dropLast())
        else { return nil }
        return "[\(host)]"
    }
}
