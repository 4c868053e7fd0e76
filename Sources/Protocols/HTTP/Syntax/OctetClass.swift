// Which octets may stand where. The table is a string literal: constant memory that is read with
// one load, whereas an array would be made on first use and checked on every access.

/// Sets of octets, a bit each, and the table that tells which ones an octet is in.
struct OctetClass: BitwiseCopyable {
    private let bit: UInt8

    @inline(__always)
    private init(bit: UInt8) { self.bit = bit }

    /// `tchar` of RFC 9110, section 5.6.2: methods, field names, connection options.
    @inline(__always) static var token: OctetClass { OctetClass(bit: 1) }
    /// Octets of a path that need no second look: `pchar` and `/` of RFC 3986, section 3.3, without
    /// `%` and `.`, and with `[`, `]` and `|`, which browsers leave as they are there (WHATWG URL,
    /// "path percent-encode set") and which nobody reads as something else.
    @inline(__always) static var path: OctetClass { OctetClass(bit: 2) }
    /// Octets of a query that need no second look: what browsers leave as it is (WHATWG URL, "query
    /// percent-encode set"), which is more than RFC 3986, section 3.4, has: `filter[name]=a|b`.
    @inline(__always) static var query: OctetClass { OctetClass(bit: 4) }
    /// `HEXDIG` of RFC 5234, in either case.
    @inline(__always) static var hexadecimal: OctetClass { OctetClass(bit: 8) }
    /// `unreserved` of RFC 3986, section 2.3; all that a host name may have.
    @inline(__always) static var unreserved: OctetClass { OctetClass(bit: 16) }

    /// True when the octet is in the set.
    @inline(__always)
    func contains(_ octet: UInt8) -> Bool { unsafe Self.table[Int(octet)] & bit != 0 }

    /// A character for each octet: its lower bits are the sets the octet is in, above them is 0x40,
    /// so that the text is readable.
    @inline(__always)
    private static var table: UnsafePointer<UInt8> {
        let text: StaticString = """
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\
            @G@AGAGGFFGGFWUF__________FF@F@D\
            F______WWWWWWWWWWWWWWWWWWWWFDFEW\
            E______WWWWWWWWWWWWWWWWWWWWDGDW@\
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
            """
        return unsafe text.utf8Start
    }
}
