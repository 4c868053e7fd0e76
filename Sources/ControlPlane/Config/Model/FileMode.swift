// Permission bits of a Unix socket, spelled in octal as chmod(1) spells them.

/// The nine permission bits of a file (inode(7)).
public struct FileMode: Sendable, Equatable, CustomStringConvertible {
    /// At most 0o777.
    public let bits: UInt32

    /// Keeps the nine permission bits of `bits`.
    public init(_ bits: UInt32) { self.bits = bits & 0o777 }

    /// Four octal digits: `0600`.
    public var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
