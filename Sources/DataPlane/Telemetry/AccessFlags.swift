// What else is to be told of an exchange: yes or no.

/// Properties of an exchange that are on or off.
public struct AccessFlags: OptionSet, BitwiseCopyable, Sendable {
    /// One bit a property.
    public let rawValue: UInt16

    /// Properties by their bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The request came over a connection that had carried another before.
    public static var reusedDownstream: AccessFlags { AccessFlags(rawValue: 1 << 0) }
    /// The request went over a connection that had carried another before.
    public static var reusedUpstream: AccessFlags { AccessFlags(rawValue: 1 << 1) }
    /// The response was compressed here.
    public static var compressed: AccessFlags { AccessFlags(rawValue: 1 << 2) }
    /// The connection went over to another protocol.
    public static var upgraded: AccessFlags { AccessFlags(rawValue: 1 << 3) }
    /// The downstream connection was encrypted.
    public static var secure: AccessFlags { AccessFlags(rawValue: 1 << 4) }
    /// A text was longer than its bound, or than the room, and is not told in full.
    public static var textCut: AccessFlags { AccessFlags(rawValue: 1 << 5) }
}
