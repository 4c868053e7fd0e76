// Whom a request is for: the peer, or the client that trusted proxies before us name.

internal import Glibc
internal import HTTP
internal import Telemetry

extension Worker {
    /// The client of a request: the last address of X-Forwarded-For that no trusted proxy has, each
    /// proxy having added whom it had the request from. What cannot be read ends the search.
    mutating func client(
        of session: inout Session, _ view: ParsedRequest, _ plan: UnsafePointer<HTTPPlan>
    ) -> NetworkAddress {
        guard unsafe plan.pointee.trusts(session.client) else { return session.client }
        var client = session.client
        var index = unsafe view.head.pointee.fieldCount
        // Several fields are one list, of which the last was written last (RFC 9110, section 5.3).
        while index > 0 {
            index -= 1
            guard unsafe view.fields[index].known == .xForwardedFor else { continue }
            let field = unsafe view.text(view.fields[index].value)
            var end = field.count
            while end > 0 {
                var start = end
                while start > 0, unsafe field[start - 1] != Ascii.comma { start -= 1 }
                guard
                    let address = unsafe NetworkAddress(
                        text: UnsafeBufferPointer(rebasing: field[start..<end]))
                else { return client }
                client = address
                guard unsafe plan.pointee.trusts(address) else { return client }
                end = start - 1
            }
        }
        return client
    }
}

extension NetworkAddress {
    /// An address as proxies write it: with blanks around it, an IPv6 one perhaps in brackets, and
    /// perhaps with a port. Nil for anything else.
    init?(text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var end = text.count
        while start < end, unsafe Self.isBlank(text[start]) { start += 1 }
        while end > start, unsafe Self.isBlank(text[end - 1]) { end -= 1 }
        guard start < end else { return nil }
        if unsafe text[start] == Ascii.bracket {
            var close = start
            while close < end, unsafe text[close] != Ascii.closingBracket { close += 1 }
            guard close < end else { return nil }
            start += 1
            end = close
        } else {
            // One colon stands before a port, several are an address.
            var colons = 0
            var last = 0
            for index in start..<end where unsafe text[index] == Ascii.colon {
                colons += 1
                last = index
            }
            if colons == 1 { end = last }
        }
        self.init()
        guard unsafe read(UnsafeBufferPointer(rebasing: text[start..<end])) else { return nil }
    }

    /// Reads an address as inet_pton(3) knows it; false for anything else.
    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let source = text.baseAddress, text.count < Int(INET6_ADDRSTRLEN) else {
            return false
        }
        var name: InlineArray<64, UInt8> = .init(repeating: 0)
        for index in 0..<text.count { name[index] = unsafe source[index] }
        var bytes: (UInt64, UInt64) = (0, 0)
        let isIPv6 = unsafe memchr(source, Int32(Ascii.colon), text.count) != nil
        let isRead = unsafe withUnsafeBytes(of: &name) { name in
            unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
                guard let base = name.baseAddress else { return false }
                return unsafe inet_pton(
                    isIPv6 ? AF_INET6 : AF_INET, base.assumingMemoryBound(to: CChar.self),
                    bytes.baseAddress) == 1
            }
        }
        guard isRead else { return false }
        guard isIPv6 else {
            self = Self(ipv4: UInt32(UInt64(bigEndian: bytes.0) >> 32), port: 0)
            return true
        }
        self = Self(ipv6: UInt64(bigEndian: bytes.0), UInt64(bigEndian: bytes.1), port: 0)
        return true
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == Ascii.space || octet == 9 }
}
