// ClientHellos put together piece by piece, right ones and wrong ones.

import FuzzTLS

/// A ClientHello to be written. What is changed is written as it is, be it wrong.
struct HelloWriter {
    var version: [UInt8] = [3, 3]
    var random = [UInt8](repeating: 0x5A, count: 32)
    var session: [UInt8] = Self.vector8([UInt8](repeating: 7, count: 32))
    var suites: [UInt8] = Self.vector16([0x13, 0x01, 0x13, 0x02, 0xC0, 0x2F])
    var methods: [UInt8] = Self.vector8([0])
    /// Each with its type and its length; nil writes no list at all.
    var extensions: [[UInt8]]? = []
    /// What is behind all of it.
    var tail: [UInt8] = []

    /// A hello with these extensions.
    init(_ extensions: [UInt8]...) { self.extensions = extensions }

    /// What a browser sends, more or less: reserved values, a name, protocols, versions, keys.
    static func browser(name: String = "www.example.com") -> HelloWriter {
        HelloWriter(
            Self.other(0x3A3A, []), Self.name(name), Self.other(23, []),
            Self.other(0xFF01, [0]), Self.other(10, vector16([0x2A, 0x2A, 0x11, 0xEC, 0, 29])),
            Self.protocols("h2", "http/1.1"), Self.other(5, [1, 0, 0, 0, 0]),
            Self.versions(0x6A6A, 0x0304, 0x0303),
            Self.other(51, vector16([UInt8](repeating: 0x33, count: 1258))),
            Self.other(0xFE0D, [0] + [UInt8](repeating: 0xEC, count: 200)),
            Self.other(0xDADA, [0]))
    }

    /// The same with something changed.
    func with(_ change: (inout HelloWriter) -> Void) -> HelloWriter {
        var copy = self
        change(&copy)
        return copy
    }

    var body: [UInt8] {
        let start = version + random + session + suites + methods
        return start + (extensions.map { Self.vector16($0.flatMap { $0 }) } ?? []) + tail
    }

    /// With its header.
    var message: [UInt8] { HelloRecordWriter.message(body) }

    /// In one record.
    var stream: [UInt8] { HelloRecordWriter.record(message) }

    static func vector8(_ octets: [UInt8]) -> [UInt8] { [UInt8(octets.count)] + octets }

    static func vector16(_ octets: [UInt8]) -> [UInt8] { number(octets.count) + octets }

    static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    /// An extension of any type.
    static func other(_ kind: Int, _ content: [UInt8]) -> [UInt8] {
        number(kind) + vector16(content)
    }

    /// A server_name of just one host name.
    static func name(_ name: String) -> [UInt8] { Self.name(Array(name.utf8)) }

    static func name(_ octets: [UInt8]) -> [UInt8] {
        other(0, vector16([0] + vector16(octets)))
    }

    static func protocols(_ names: String...) -> [UInt8] {
        other(16, vector16(names.flatMap { vector8(Array($0.utf8)) }))
    }

    static func versions(_ versions: Int...) -> [UInt8] {
        other(43, vector8(versions.flatMap { number($0) }))
    }
}
