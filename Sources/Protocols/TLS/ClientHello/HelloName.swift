// What may be a server name. Looser than the grammar of host names where clients are (`_`, and `-`
// at the ends of a label), and strict where two readers may differ (NUL, blanks, empty labels).

/// What stands for a name in server_name.
enum HelloName: BitwiseCopyable, Equatable {
    /// A name of that many octets, without a trailing dot.
    case host(count: Int)
    /// An IP address. RFC 6066, section 3, does not permit it, and some clients send it all the
    /// same when they are told to connect to one. It names no host, so it counts as no name: to
    /// refuse it would shut out clients that HAProxy and Envoy serve by a default.
    case address
    /// None of both.
    case refused(ClientHelloRefusal)

    /// Looks at a name. A trailing dot is not part of it: RFC 6066, section 3, has names without,
    /// and with it the same host is meant.
    static func read(_ name: UnsafeBufferPointer<UInt8>) -> HelloName {
        var count = name.count
        guard count > 0 else { return .refused(.badServerName) }
        if unsafe name[count &- 1] == UInt8(ascii: ".") { count &-= 1 }
        guard count <= ClientHelloLimits.serverNameBytesMax else {
            return .refused(.serverNameTooLong)
        }
        // A colon is in no name.
        if unsafe isLikeIPv6(name) { return .address }
        var labelStart = 0
        var labels = 0
        var isNumeric = true
        var index = 0
        while index <= count {
            let octet = index < count ? unsafe name[index] : UInt8(ascii: ".")
            if octet == UInt8(ascii: ".") {
                let length = index &- labelStart
                guard length > 0, length <= ClientHelloLimits.labelBytesMax else {
                    return .refused(.notHostName)
                }
                if length > 3 { isNumeric = false }
                labels &+= 1
                labelStart = index &+ 1
            } else if octet &- UInt8(ascii: "0") >= 10 {
                guard isLetter(octet) || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
                else { return .refused(.notHostName) }
                isNumeric = false
            }
            index &+= 1
        }
        // No top-level domain is a number, so four of these are never a name.
        return isNumeric && labels == 4 ? .address : .host(count: count)
    }

    /// Writes a name in lower case. The target may be where the name is.
    static func lowercase(
        _ name: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>
    ) {
        for index in 0..<count {
            let octet = unsafe name[index]
            unsafe target[index] = octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
        }
    }

    @inline(__always)
    private static func isLetter(_ octet: UInt8) -> Bool {
        (octet | 0x20) &- UInt8(ascii: "a") < 26
    }

    /// Whether it is of the octets of an IPv6 address and two colons at least. That is all there is
    /// to know, since no name has one.
    private static func isLikeIPv6(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var colons = 0
        for index in 0..<name.count {
            let octet = unsafe name[index]
            switch octet {
            case UInt8(ascii: ":"): colons &+= 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): break
            default: if (octet | 0x20) &- UInt8(ascii: "a") >= 6 { return false }
            }
        }
        return colons >= 2
    }
}
