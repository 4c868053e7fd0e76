// The first octets of a stream: whether TLS begins there, or what else clients send by mistake.

/// Tells TLS from what is none.
enum HelloPreface {
    /// The content type of handshake messages (RFC 8446, section 5.1).
    @inline(__always)
    static var handshake: UInt8 { 22 }

    /// Looks at how a stream begins; `done` when it is with a record of a handshake message.
    static func check(_ bytes: UnsafePointer<UInt8>, count: Int) -> HelloProgress {
        guard count > 0 else { return .incomplete(atLeast: 1) }
        let first = unsafe bytes[0]
        switch first {
        case handshake: return .done
        // Change of cipher, alert, data and heartbeat.
        case 20, 21, 23, 24: return .refused(.unexpectedRecord)
        case 0x80...:
            // Two octets of length with the top bit set, then the message's type: 1 is a hello.
            guard count >= 3 else { return .incomplete(atLeast: 3) }
            return .refused(unsafe bytes[2] == 1 ? .oldHello : .notTLS)
        default: return unsafe checkText(bytes, count: count)
        }
    }

    /// Whether a stream begins with a method of HTTP (RFC 9110, section 9.3, and PATCH), or with
    /// the preface of HTTP/2 (RFC 9113, section 3.4). Their first letters are no content types.
    private static func checkText(_ bytes: UnsafePointer<UInt8>, count: Int) -> HelloProgress {
        let words: StaticString = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PRI "
        let text = unsafe words.utf8Start
        let space = UInt8(ascii: " ")
        var start = 0
        var isBeginning = false
        while start < words.utf8CodeUnitCount {
            var length = 0
            while length < count, unsafe bytes[length] == text[start &+ length] {
                if unsafe bytes[length] == space { return .refused(.plainHTTP) }
                length &+= 1
            }
            if length == count { isBeginning = true }
            while unsafe text[start] != space { start &+= 1 }
            start &+= 1
        }
        return isBeginning ? .incomplete(atLeast: count &+ 1) : .refused(.notTLS)
    }
}
