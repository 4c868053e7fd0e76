// IPv6 addresses in hosts, checked and not converted.

/// The grammar of `IPv6address` (RFC 3986, section 3.2.2). Zones and future versions are refused:
/// what they mean hangs on the machine that reads them.
enum IPv6Text {
    /// Where the address that begins at `start` ends, or -1 when none does. An address has eight
    /// groups, or fewer with one `::` in their place; an IPv4 address may stand for the last two.
    static func end(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var at = start
        var groups = 0
        var hasGap = false
        if at + 1 < end, unsafe bytes[at] == Octet.colon, unsafe bytes[at + 1] == Octet.colon {
            hasGap = true
            at += 2
        }
        while at < end, OctetClass.hexadecimal.contains(unsafe bytes[at]) {
            let group = at
            while at < end, OctetClass.hexadecimal.contains(unsafe bytes[at]) { at += 1 }
            if at < end, unsafe bytes[at] == Octet.dot {
                at = unsafe ipv4End(bytes, from: group, to: end)
                groups += 2
                return at >= 0 && isWhole(groups, hasGap) ? at : -1
            }
            guard at - group <= 4 else { return -1 }
            groups += 1
            guard groups <= 8 else { return -1 }
            guard at < end, unsafe bytes[at] == Octet.colon else { break }
            at += 1
            if at < end, unsafe bytes[at] == Octet.colon {
                guard !hasGap else { return -1 }
                hasGap = true
                at += 1
            } else if at >= end || !OctetClass.hexadecimal.contains(unsafe bytes[at]) {
                return -1
            }
        }
        return isWhole(groups, hasGap) ? at : -1
    }

    /// A gap stands for one group at least.
    private static func isWhole(_ groups: Int, _ hasGap: Bool) -> Bool {
        hasGap ? groups <= 7 : groups == 8
    }

    /// Where four numbers from 0 to 255, parted by dots, end, or -1.
    private static func ipv4End(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var at = start
        for part in 0..<4 {
            if part > 0 {
                guard at < end, unsafe bytes[at] == Octet.dot else { return -1 }
                at += 1
            }
            let first = at
            var value = 0
            while at < end, at - first < 3, Octet.isDigit(unsafe bytes[at]) {
                value = value * 10 + Int(unsafe bytes[at] - Octet.zero)
                at += 1
            }
            guard at > first, value <= 255 else { return -1 }
            guard unsafe at - first == 1 || bytes[first] != Octet.zero else { return -1 }
        }
        return at
    }
}
