// Every bound of this target, each with its reason.

/// How large a head may be. What goes beyond is refused.
public struct HeadLimits: BitwiseCopyable, Sendable {
    /// Octets of a head with its empty line. A worker receives into a buffer of that size.
    public let headBytesMax: Int
    /// Octets of a request target. Half a head, so that one long target leaves room for fields.
    public let targetBytesMax: Int
    /// Fields of a head: as many as the caller's table has room for.
    public let fieldsMax: Int

    /// The limits, by default those that the product has. A head is below 64 KiB in any case,
    /// since `HeadRange` counts in 16 bits.
    public init(headBytesMax: Int = 16384, targetBytesMax: Int = 8192, fieldsMax: Int = 100) {
        precondition(headBytesMax > 0 && headBytesMax < Int(UInt16.max))
        precondition(targetBytesMax > 0 && targetBytesMax <= headBytesMax)
        precondition(fieldsMax > 0 && fieldsMax <= Int(UInt16.max))
        self.headBytesMax = headBytesMax
        self.targetBytesMax = targetBytesMax
        self.fieldsMax = fieldsMax
    }

    /// Octets of a method. Registered ones have 17 at most (RFC 9110, section 16.1, and its
    /// registry); a long one is no HTTP.
    public static var methodBytesMax: Int { 32 }

    /// Members of all Connection fields of one head. Each one that is unknown is compared with each
    /// field's name; clients send two.
    public static var connectionOptionsMax: Int { 32 }

    /// Octets of chunk extensions beyond the data that they came with. No client is known to send
    /// any, and who ignores them reads them all the same (RFC 9112, section 7.1.1).
    public static var chunkExtensionBytesMax: Int { 1024 }

    /// Octets of a trailer section with its empty line; gRPC's status and message fit.
    public static var trailerBytesMax: Int { 8192 }

    /// The largest body a length can name, so that sums of two never overflow.
    public static var bodyBytesMax: UInt64 { UInt64(Int64.max) }
}
