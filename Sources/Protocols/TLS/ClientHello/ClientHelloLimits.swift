// Every bound of parsing a ClientHello, each with its reason.

/// How large what a client says first may be. What goes beyond is refused.
public enum ClientHelloLimits {
    /// Octets of all records that a hello comes in, with their headers: one buffer of a worker.
    /// Browsers send 0.5 to 2 KiB, most of it a key of a post-quantum group, and even those come
    /// through in records of one octet each.
    @inline(__always)
    public static var streamBytesMax: Int { 16384 }

    /// Octets of the scratch, so that a hello in several records fits.
    @inline(__always)
    public static var scratchBytes: Int { 16384 }

    /// Octets of a server name, which is what DNS can carry: 255 with the lengths of its labels
    /// (RFC 1035, section 2.3.4).
    @inline(__always)
    public static var serverNameBytesMax: Int { 253 }

    /// Octets between two dots (RFC 1035, section 2.3.4).
    @inline(__always)
    static var labelBytesMax: Int { 63 }

    /// Extensions of a hello. Some 70 are registered and clients send 20; each that is no common
    /// one is compared with those before it.
    @inline(__always)
    static var extensionsMax: Int { 128 }

    /// Octets of a record's fragment (RFC 8446, section 5.1).
    @inline(__always)
    static var fragmentBytesMax: Int { 16384 }

    /// Octets of the shortest hello, with the four of its header: version, random, no session, one
    /// cipher suite, one compression method.
    @inline(__always)
    static var messageBytesMin: Int { 4 + 2 + 32 + 1 + 4 + 2 }
}
