// A client's address as it is written in fields.

internal import HTTP

extension ClientAddress {
    /// Writes the address: dotted decimals, or the groups of RFC 5952, in brackets if wanted. Nothing
    /// for a client without an address.
    func write(to writer: inout HeadWriter, isBracketed: Bool) {
        switch family {
        case .none: break
        case .ipv4:
            for shift in stride(from: UInt64(24), through: 0, by: -8) {
                writer.appendDecimal(low >> shift & 0xFF)
                if shift > 0 { writer.append(Ascii.dot) }
            }
        case .ipv6:
            if isBracketed { writer.append("[") }
            writeGroups(to: &writer)
            if isBracketed { writer.append("]") }
        }
    }

    /// The longest run of two or more zero groups is left out, the first of those that are alike
    /// (RFC 5952, section 4.2).
    private func writeGroups(to writer: inout HeadWriter) {
        var best = (start: 8, count: 1)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end) == 0 { end += 1 }
            if end - start > best.count { best = (start, end - start) }
            start = max(end, start + 1)
        }
        var index = 0
        while index < 8 {
            if index == best.start {
                writer.append("::")
                index += best.count
                continue
            }
            if index > 0, index != best.start + best.count { writer.append(Ascii.colon) }
            writer.appendHexadecimal(group(index))
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt64 {
        let half = index < 4 ? high : low
        return half >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
    }
}

extension RequestIdentifier {
    /// Writes it as 32 hexadecimal digits.
    func write(to writer: inout HeadWriter) {
        Self.write(high, to: &writer)
        Self.write(low, to: &writer)
    }

    private static func write(_ half: UInt64, to writer: inout HeadWriter) {
        var digits: InlineArray<16, UInt8> = .init(repeating: 0)
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * index)) & 15
            digits[index] = digit < 10 ? Ascii.zero + digit : 0x57 + digit
        }
        unsafe withUnsafeBytes(of: &digits) { bytes in
            if let base = bytes.baseAddress {
                unsafe writer.append(base.assumingMemoryBound(to: UInt8.self), count: 16)
            }
        }
    }
}
