// One field line of a head, as places in the buffer.

/// A field of a head. The ranges are into the buffer that the head was parsed from.
public struct HeaderField: BitwiseCopyable, Sendable {
    /// Its name: a token, in the case that it came in.
    public var name: HeadRange
    /// Its value, without whitespace around it. May be empty.
    public var value: HeadRange
    /// The name, when it is a known one.
    public var known: FieldName
    /// True when a Connection field of the same head names it: it is of this connection only and is
    /// not passed on (RFC 9110, section 7.6.1).
    public var isNominated: Bool

    /// A field of those places.
    @inline(__always)
    public init(name: HeadRange, value: HeadRange, known: FieldName, isNominated: Bool = false) {
        self.name = name
        self.value = value
        self.known = known
        self.isNominated = isNominated
    }

    /// True when it ends at this hop, by its name or because a Connection field names it.
    @inline(__always)
    public var isHopByHop: Bool { isNominated || known.isHopByHop }
}
