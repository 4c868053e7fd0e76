// The words of `dns.type`.

/// Records that name backends. Raw values are the words of the file.
public enum DNSRecordType: String, Sendable, CaseIterable {
    /// IPv4 addresses (RFC 1035).
    case a
    /// IPv6 addresses (RFC 3596).
    case aaaa
    /// Host names with ports, weights and priorities (RFC 2782).
    case srv
}
