// The records of one type in a DNS message, with their TTL, which c-ares does not tell of SRV
// records. The bytes come from the network: whatever they are, reading them ends, within them.

internal import CAres
internal import Linux

/// What the answer section of a message holds (RFC 1035, section 4.1).
struct DNSAnswer {
    /// Types of records that are asked for, by their numbers.
    enum RecordType: UInt16 {
        case a = 1
        case aaaa = 28
        case srv = 33
    }

    /// Of A or AAAA records, in the order of the message.
    private(set) var addresses: [SocketAddress] = []
    /// Of SRV records.
    private(set) var services: [ServiceRecord] = []
    /// The smallest TTL of these records and the aliases that lead to them, in seconds.
    private(set) var ttl: UInt32?

    /// Reads a message; nil when it is malformed, in whatever part.
    init?(_ message: [UInt8], type: RecordType) {
        var reader = Reader(message: message)
        guard let counts = reader.header() else { return nil }
        for _ in 0..<counts.questions {
            guard reader.name() != nil, reader.skip(4) else { return nil }
        }
        for _ in 0..<counts.answers {
            guard reader.name() != nil, let number = reader.number(), let network = reader.number(),
                let ttl = reader.ttl(), let length = reader.number()
            else { return nil }
            let end = reader.offset + Int(length)
            guard end <= message.count else { return nil }
            if network == Self.internet, number == type.rawValue {
                guard take(type, &reader, end) else { return nil }
                self.ttl = min(self.ttl ?? ttl, ttl)
            } else if network == Self.internet, number == Self.alias {
                self.ttl = min(self.ttl ?? ttl, ttl)
            }
            reader.offset = end
        }
    }

    /// Class IN and type CNAME.
    private static let internet: UInt16 = 1
    private static let alias: UInt16 = 5

    /// Reads one record's data; false when it is not what its type asks for.
    private mutating func take(_ type: RecordType, _ reader: inout Reader, _ end: Int) -> Bool {
        let data = reader.message[reader.offset..<end]
        func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        switch type {
        case .a:
            guard data.count == 4 else { return false }
            addresses.append(SocketAddress(ipv4: UInt32(half(data)), port: 0))
        case .aaaa:
            guard data.count == 16 else { return false }
            addresses.append(
                SocketAddress(ipv6: half(data.prefix(8)), half(data.suffix(8)), port: 0))
        case .srv:
            guard let priority = reader.number(), let weight = reader.number(),
                let port = reader.number(), let target = reader.name(), reader.offset == end
            else { return false }
            // The root as the target says that there is no such service (RFC 2782).
            guard !target.isEmpty else { return true }
            guard Self.isHostName(target), port != 0 else { return false }
            services.append(
                ServiceRecord(
                    target: target.lowercased(), port: port, priority: priority, weight: weight))
        }
        return true
    }

    /// Letters, digits, `-`, `_` and dots between labels, so that a target can stand in logs,
    /// metrics and status as it is. c-ares writes any other byte with a backslash.
    private static func isHostName(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                default: false
                }
            }
    }

    /// A place in a message.
    private struct Reader {
        let message: [UInt8]
        var offset = 0

        init(message: [UInt8]) { self.message = message }

        /// The counts of questions and answers.
        mutating func header() -> (questions: Int, answers: Int)? {
            guard skip(4), let questions = number(), let answers = number(), skip(4) else {
                return nil
            }
            return (Int(questions), Int(answers))
        }

        mutating func skip(_ count: Int) -> Bool {
            guard message.count - offset >= count else { return false }
            offset += count
            return true
        }

        mutating func number() -> UInt16? {
            guard skip(2) else { return nil }
            return UInt16(message[offset - 2]) << 8 | UInt16(message[offset - 1])
        }

        /// Seconds; with the topmost bit set it is zero (RFC 2181, section 8).
        mutating func ttl() -> UInt32? {
            guard let high = number(), let low = number() else { return nil }
            return high >> 15 == 1 ? 0 : UInt32(high) << 16 | UInt32(low)
        }

        /// A name, whose end may be anywhere earlier in the message; empty for the root.
        mutating func name() -> String? {
            guard offset < message.count, let count = Int32(exactly: message.count) else {
                return nil
            }
            let expanded: (text: String, length: Int)? = unsafe message.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return nil }
                var text: UnsafeMutablePointer<CChar>?
                var length = 0
                let status = unsafe ares_expand_name(base + offset, base, count, &text, &length)
                guard status == ARES_SUCCESS, let text = unsafe text else { return nil }
                defer { unsafe ares_free_string(text) }
                return (unsafe String(cString: text), length)
            }
            guard let expanded, skip(expanded.length) else { return nil }
            return expanded.text
        }
    }
}
