// Blocks of addresses, as CIDR writes them.

extension AddressText {
    /// `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits behind the length have to be zero: what
    /// a block with others in it was meant to be nobody knows.
    static func block(_ text: String) throws(Refusal) -> AddressBlock {
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let host = text[..<slash]
        let digits = text[slash...].dropFirst()
        if let address = try? ipv4(host) {
            let bits = slash == text.endIndex ? 32 : try length(digits, of: text, max: 32)
            let mask = bits == 0 ? 0 : UInt32.max << (32 - UInt32(bits))
            let network = AddressBlock.ipv4(address & mask, bits: bits)
            if address & ~mask != 0 { throw inside(text, network) }
            return network
        }
        guard let address = try? ipv6(host) else {
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            throw Refusal(
                "\(Visible.quoted(text)) is not an address or a block of addresses",
                suggestion: isBracketed
                    ? "write it without brackets" : "write one such as 10.0.0.0/8 or \"fd00::/8\"")
        }
        let bits = slash == text.endIndex ? 128 : try length(digits, of: text, max: 128)
        if let mapped = address.mappedIPv4, bits >= 96 {
            let plain = AddressBlock.ipv4(mapped, bits: bits - 96)
            throw Refusal(
                "\(Visible.quoted(text)) is IPv4 in IPv6 clothes", suggestion: "write \(plain)")
        }
        let high = bits >= 64 ? UInt64.max : bits == 0 ? 0 : UInt64.max << UInt64(64 - bits)
        let low = bits <= 64 ? 0 : UInt64.max << UInt64(128 - bits)
        let network = AddressBlock.ipv6(
            IPv6Address(high: address.high & high, low: address.low & low), bits: bits)
        if address.high & ~high != 0 || address.low & ~low != 0 { throw inside(text, network) }
        return network
    }

    /// The number of bits behind the slash.
    private static func length(
        _ digits: Substring, of text: String, max: Int
    ) throws(Refusal) -> Int {
        guard let bits = NumberText.integer(String(digits)), (0...max).contains(bits) else {
            throw Refusal(
                "\(Visible.quoted(digits)) is not a length of \(Visible.quoted(text))",
                suggestion: "lengths are 0 to \(max)")
        }
        return bits
    }

    private static func inside(_ text: String, _ network: AddressBlock) -> Refusal {
        Refusal(
            "\(Visible.quoted(text)) is an address inside a block",
            suggestion: "write \(network), or the address alone")
    }
}
