// A client's address as it is written in fields.

internal import HTTP
internal import Telemetry

extension NetworkAddress {
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

    /// Eight digits at a time: each digit in a byte of a word, all made by the same few steps.
    private static func write(_ half: UInt64, to writer: inout HeadWriter) {
        var digits = (
            words(UInt32(truncatingIfNeeded: half >> 32)), words(UInt32(truncatingIfNeeded: half))
        )
        unsafe withUnsafeBytes(of: &digits) { bytes in
            if let base = bytes.baseAddress {
                unsafe writer.append(base.assumingMemoryBound(to: UInt8.self), count: 16)
            }
        }
    }

    /// The eight hexadecimal digits of a number, as they stand in memory.
    private static func words(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number.bigEndian)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits >> 4 | digits << 8) & 0x0F0F_0F0F_0F0F_0F0F
        // One where a digit is a letter; those come 0x27 later than they would as digits.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).littleEndian
    }
}
