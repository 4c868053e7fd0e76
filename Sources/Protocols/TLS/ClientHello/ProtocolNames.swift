// The protocols that a client offers, left where they came.

/// A list of protocol names (RFC 7301, section 3.1), to be gone through with `next`. Reserved names
/// that mean nothing (RFC 8701) are in it as they were sent.
@safe
public struct ProtocolNames: BitwiseCopyable {
    /// The list in the form that it is sent in, without its own length: each name is its length in
    /// one octet and as many octets. What `next` returned is no longer in it.
    public private(set) var list = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// No protocols.
    init() {}

    /// Takes a list up to the end of `reader`; false when it is empty or is none.
    init?(_ reader: HelloReader) {
        var names = reader
        repeat {
            guard names.vector8().left > 0 else { return nil }
        } while names.left > 0
        unsafe list = reader.octets
    }

    /// True when nothing is left of it.
    public var isEmpty: Bool { unsafe list.count == 0 }

    /// Takes the next name off, which has 1 to 255 octets. Only when it isn't empty.
    public mutating func next() -> UnsafeBufferPointer<UInt8> {
        var reader = unsafe HelloReader(list)
        let name = reader.vector8()
        precondition(name.left > 0, "there is no further name")
        unsafe list = reader.octets
        return unsafe name.octets
    }

    /// Whether a name is in it, octet by octet. O(octets).
    public func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var names = self
        while !names.isEmpty {
            let other = unsafe names.next()
            guard other.count == name.count else { continue }
            var index = 0
            while index < name.count, unsafe name[index] == other[index] { index &+= 1 }
            if index == name.count { return true }
        }
        return false
    }
}
