// ClientHellos as tests send them, of whatever size and cut as one likes (RFC 8446, section 4.1.2).

/// A ClientHello that names a host and protocols.
struct SentHello {
    /// The message with its header.
    private(set) var message: [UInt8]

    /// - Parameters:
    ///   - name: The host asked for; nil for none.
    ///   - protocols: What is offered; none sends no such extension.
    ///   - size: What the message is padded to, in octets; nil leaves it as it is.
    init(_ name: String?, protocols: [String] = [], size: Int? = nil) {
        var extensions: [UInt8] = []
        if let name {
            let entry = [0] + Self.vector16(Array(name.utf8))
            extensions += Self.number16(0) + Self.vector16(Self.vector16(entry))
        }
        if !protocols.isEmpty {
            let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            extensions += Self.number16(16) + Self.vector16(Self.vector16(list))
        }
        extensions += Self.number16(43) + Self.vector16([4, 3, 4, 3, 3])
        // The version of old, the random, no session, two suites, no compression.
        var start: [UInt8] = [3, 3]
        start += [UInt8](repeating: 0x5A, count: 32)
        start += [0, 0, 4, 0x13, 0x01, 0xC0, 0x2F, 1, 0]
        if let size {
            // Header, length of all extensions, and the padding's own type and length (RFC 7685).
            let count = size - 4 - start.count - 2 - extensions.count - 4
            precondition(count >= 0, "\(size) octets are too few")
            let padding = [UInt8](repeating: 0, count: count)
            extensions += Self.number16(21) + Self.vector16(padding)
        }
        let body = start + Self.vector16(extensions)
        message = [1, UInt8(body.count >> 16)] + Self.number16(body.count & 0xFFFF) + body
    }

    /// In one record.
    var stream: [UInt8] { Self.record(message) }

    /// In records of so many octets.
    func stream(recordSize size: Int) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap {
            Self.record(Array(message[$0..<min($0 + size, message.count)]))
        }
    }

    /// A record of a handshake, or of another type.
    static func record(_ fragment: [UInt8], type: UInt8 = 22) -> [UInt8] {
        [type, 3, 1] + vector16(fragment)
    }

    private static func number16(_ value: Int) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 0xFF)]
    }

    private static func vector16(_ octets: [UInt8]) -> [UInt8] { number16(octets.count) + octets }
}
