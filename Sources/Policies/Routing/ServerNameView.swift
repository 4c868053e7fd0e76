// A ClientHello in the place of a request: a host, and protocols that are asked for by name.

/// What a look-up among routes for requests may ask about a ClientHello.
@safe
struct ServerNameView: RequestView {
    /// The server name.
    let host: UnsafeBufferPointer<UInt8>
    /// The protocols as they are sent (RFC 7301, section 3.1): one octet of length before each.
    let protocols: UnsafeBufferPointer<UInt8>

    /// There is none, which routes for every path match.
    var path: UnsafeBufferPointer<UInt8> { unsafe Self.nothing }
    /// There is none.
    var method: UnsafeBufferPointer<UInt8> { unsafe Self.nothing }

    @inline(__always)
    private static var nothing: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: nil, count: 0)
    }

    /// There is none.
    func field(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? { nil }

    /// Nothing, but present, for a protocol that is offered. O(octets of the list).
    func parameter(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var offset = 0
        let end = unsafe protocols.count
        while offset < end {
            let count = Int(unsafe protocols[offset])
            offset &+= 1
            // A list that isn't one ends there.
            guard count <= end &- offset else { return nil }
            if count == name.count {
                var index = 0
                while index < count, unsafe protocols[offset &+ index] == name[index] {
                    index &+= 1
                }
                if index == count { return unsafe Self.nothing }
            }
            offset &+= count
        }
        return nil
    }
}
