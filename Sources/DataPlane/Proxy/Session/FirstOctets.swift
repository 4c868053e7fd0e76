// What a client says first where TLS is spoken: whether that is TLS, or a request in plain text, whose
// sender is told so. Anything else is nobody who could be told.

/// How a stream begins.
enum FirstOctets: BitwiseCopyable, Equatable {
    /// With a record of a handshake (RFC 8446, section 5.1). What it says is for OpenSSL to see.
    case handshake
    /// With the line of an HTTP request: a method, a space, and a target (RFC 9112, section 3).
    case request
    /// With the beginning of such a line, which may go on as something else.
    case undecided
    /// With something else.
    case other

    /// So many octets are enough to tell: the longest method in IANA's registry (UPDATEREDIRECTREF),
    /// the space, and the first one of the target.
    static var countMax: Int { 19 }

    /// Looks at the first `count` octets of a stream, of which there is at least one.
    init(_ octets: UnsafePointer<UInt8>, count: Int) {
        assert(count > 0)
        let handshake: UInt8 = 22
        guard unsafe octets[0] != handshake else {
            self = .handshake
            return
        }
        var index = 0
        while index < count, Self.isOfMethod(unsafe octets[index]) { index += 1 }
        guard index < count else {
            self = count < Self.countMax ? .undecided : .other
            return
        }
        guard index > 0, unsafe octets[index] == Ascii.space else {
            self = .other
            return
        }
        guard index + 1 < count else {
            self = .undecided
            return
        }
        self = Self.beginsTarget(unsafe octets[index + 1]) ? .request : .other
    }

    /// Registered methods are upper-case letters, some with a hyphen.
    private static func isOfMethod(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) || octet == UInt8(ascii: "-")
    }

    /// A path, `*`, or a URI or authority, which begins with a letter, a digit or a bracket.
    private static func beginsTarget(_ octet: UInt8) -> Bool {
        switch octet {
        case Ascii.slash, UInt8(ascii: "*"), Ascii.bracket, UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
