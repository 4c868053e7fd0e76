// A ClientHello read a second time in the plainest way, to compare the parser with.

/// A hello that may be used; there is no word of why another one may not.
struct PlainHello {
    var serverName: [UInt8] = []
    var protocols: [[UInt8]] = []
    var versions: [UInt16] = []
    var hasVersions = false
    var hasAddressName = false
    var hasOuterECH = false
    var legacyVersion: UInt16 = 0
    var byteCount = 0
    /// Of all records, with its header.
    var message: [UInt8] = []

    /// Reads a stream; nil when it has no whole hello, or one that isn't to be used.
    init?(_ stream: [UInt8]) {
        while message.count < 4 || message.count < Self.length(message) {
            var rest = stream[byteCount...]
            guard let header = Self.take(5, &rest), header[0] == 22, header[1] == 3 else {
                return nil
            }
            guard let fragment = Self.take(header[3] << 8 | header[4], &rest), !fragment.isEmpty
            else { return nil }
            message += fragment.map { UInt8($0) }
            byteCount += 5 + fragment.count
        }
        guard message[0] == 1, message.count == Self.length(message), byteCount <= 16384 else {
            return nil
        }
        guard readBody() else { return nil }
    }

    /// How long a message is, by its header.
    private static func length(_ message: [UInt8]) -> Int {
        4 + message[1...3].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes octets off.
    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> [Int]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).map { Int($0) }
    }

    /// Takes a vector off whose length has that many octets.
    private static func vector(_ width: Int, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>?
    {
        guard let length = take(width, &rest)?.reduce(0, { $0 << 8 | $1 }),
            let octets = take(length, &rest)
        else { return nil }
        return octets.map { UInt8($0) }[...]
    }

    private mutating func readBody() -> Bool {
        var rest = message[4...]
        guard let start = Self.take(34, &rest), start[0] >= 3 else { return false }
        legacyVersion = UInt16(start[0] << 8 | start[1])
        guard let session = Self.vector(1, &rest), session.count <= 32,
            let suites = Self.vector(2, &rest), !suites.isEmpty, suites.count % 2 == 0,
            let methods = Self.vector(1, &rest), methods.contains(0)
        else { return false }
        if rest.isEmpty { return true }
        guard var extensions = Self.vector(2, &rest), rest.isEmpty else { return false }
        var kinds: [Int] = []
        while !extensions.isEmpty {
            guard let kind = Self.take(2, &extensions).map({ $0[0] << 8 | $0[1] }),
                let content = Self.vector(2, &extensions), !kinds.contains(kind),
                kinds.count < 128, readExtension(kind, content)
            else { return false }
            kinds.append(kind)
        }
        return true
    }

    private mutating func readExtension(_ kind: Int, _ content: ArraySlice<UInt8>) -> Bool {
        var content = content
        switch kind {
        case 0:
            guard var names = Self.vector(2, &content), content.isEmpty,
                Self.take(1, &names) == [0], let name = Self.vector(2, &names), names.isEmpty
            else { return false }
            return readName(Array(name))
        case 16:
            guard var list = Self.vector(2, &content), content.isEmpty, !list.isEmpty else {
                return false
            }
            while !list.isEmpty {
                guard let name = Self.vector(1, &list), !name.isEmpty else { return false }
                protocols.append(Array(name))
            }
        case 43:
            guard var list = Self.vector(1, &content), content.isEmpty, !list.isEmpty else {
                return false
            }
            hasVersions = true
            while !list.isEmpty {
                guard let version = Self.take(2, &list) else { return false }
                if version[0] == 3 { versions.append(UInt16(0x0300 | version[1])) }
            }
        case 0xFE0D:
            guard let first = content.first, first <= 1 else { return false }
            hasOuterECH = first == 0
        default: break
        }
        return true
    }

    private mutating func readName(_ octets: [UInt8]) -> Bool {
        let text = String(decoding: octets, as: UTF8.self).lowercased()
        guard octets.allSatisfy({ $0 > 32 && $0 < 127 }) else { return false }
        if octets.count <= 254, text.filter({ $0 == ":" }).count >= 2,
            text.allSatisfy({ "0123456789abcdef:.".contains($0) })
        {
            hasAddressName = octets.count <= 253 || text.hasSuffix(".")
            return hasAddressName
        }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let known = "abcdefghijklmnopqrstuvwxyz0123456789-_"
        guard name.utf8.count <= 253,
            labels.allSatisfy({ 1...63 ~= $0.utf8.count && $0.allSatisfy(known.contains) })
        else { return false }
        let isAddress =
            labels.count == 4
            && labels.allSatisfy { $0.count <= 3 && $0.allSatisfy("0123456789".contains) }
        if isAddress { hasAddressName = true } else { serverName = Array(name.utf8) }
        return true
    }
}
