// IPv4 and IPv6 literals in the forms that every program reads alike, and no others.

extension AddressText {
    /// Four decimal numbers from 0 to 255 without leading zeros.
    static func ipv4(_ text: Substring) throws(Refusal) -> UInt32 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var address: UInt32 = 0
        for part in parts {
            guard !part.isEmpty, part.utf8.allSatisfy(\.isDigit), parts.count == 4 else {
                throw Refusal(
                    "\(Visible.quoted(text)) is not an IPv4 address",
                    suggestion: "IPv4 addresses are four numbers with dots, such as 10.0.0.1")
            }
            guard part.utf8.first != 0x30 || part.utf8.count == 1 else {
                throw Refusal(
                    "\(Visible.quoted(text)) has a number with a leading zero, "
                        + "which some programs read as octal",
                    suggestion: "write the number without it")
            }
            guard let byte = UInt8(part) else {
                throw Refusal(
                    "\(Visible.quoted(text)) is not an IPv4 address: "
                        + "\(Visible.quoted(part)) is more than 255")
            }
            address = address << 8 | UInt32(byte)
        }
        return address
    }

    /// The forms of RFC 4291, section 2.2: groups of up to four hexadecimal digits, `::` once for
    /// at least one group of zeros, and dotted IPv4 for the last two.
    static func ipv6(_ text: Substring) throws(Refusal) -> IPv6Address {
        let refusal = Refusal(
            "\(Visible.quoted(text)) is not an IPv6 address",
            suggestion: "IPv6 addresses look like 2001:db8::1")
        // Splitting at every colon, `::` gives an empty part; at an end of the text it gives two.
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 9 else { throw refusal }
        if parts[0].isEmpty {
            guard parts[1].isEmpty else { throw refusal }
            parts.removeFirst()
        }
        if parts[parts.count - 1].isEmpty {
            guard parts.count >= 2, parts[parts.count - 2].isEmpty else { throw refusal }
            parts.removeLast()
        }
        var groups: [UInt16] = []
        var gap: Int?
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                guard gap == nil else { throw refusal }
                gap = groups.count
            } else if index == parts.count - 1, part.contains(".") {
                guard let tail = try? ipv4(part) else { throw refusal }
                groups.append(UInt16(truncatingIfNeeded: tail >> 16))
                groups.append(UInt16(truncatingIfNeeded: tail))
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { throw refusal }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { throw refusal }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { throw refusal }
        func half(_ groups: ArraySlice<UInt16>) -> UInt64 {
            groups.reduce(0) { $0 << 16 | UInt64($1) }
        }
        return IPv6Address(high: half(groups[..<4]), low: half(groups[4...]))
    }
}
