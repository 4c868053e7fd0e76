// Which context a name that a client asks for has: exact names, then wildcards of one label (RFC 6125,
// section 6.4.3). A look-up hashes the name twice at most and allocates nothing.

/// A table of names, in memory of its own. Copies are the same table; its owner deallocates it.
@safe struct ServerNameTable {
    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int
    private let bytes: UnsafeMutablePointer<UInt8>

    /// A name and its context. An empty slot has no bytes.
    private struct Slot {
        var offset: UInt32 = 0
        var count: UInt16 = 0
        var context: UInt32 = 0
    }

    /// The longest name that is looked up (RFC 1035, section 2.3.4).
    static var nameBytesMax: Int { 255 }

    /// Prepares a table of names in lower case, wildcards as `*.example.com`; each has an index of a
    /// context. Names that are too long for any client are left out.
    init(_ names: [String: Int]) {
        var size = 8
        while size < names.count * 2 { size *= 2 }
        mask = size - 1
        unsafe slots = .allocate(capacity: size)
        unsafe slots.initialize(repeating: Slot(), count: size)
        let keys = names.keys.map { name in
            // A wildcard is kept as what remains of the names that it is for.
            name.utf8.starts(with: "*.".utf8) ? Array(name.utf8.dropFirst()) : Array(name.utf8)
        }
        unsafe bytes = .allocate(capacity: max(1, keys.reduce(0) { $0 + $1.count }))
        var offset = 0
        for (key, context) in zip(keys, names.values)
        where !key.isEmpty && key.count <= Self.nameBytesMax {
            for (index, byte) in key.enumerated() { unsafe bytes[offset + index] = byte }
            var place = unsafe Int(truncatingIfNeeded: Self.hash(bytes + offset, key.count)) & mask
            while unsafe slots[place].count > 0 { place = (place + 1) & mask }
            unsafe slots[place] = Slot(
                offset: UInt32(offset), count: UInt16(key.count), context: UInt32(context))
            offset += key.count
        }
    }

    func deallocate() {
        unsafe slots.deallocate()
        unsafe bytes.deallocate()
    }

    /// The context for a name as a client sends it, in whatever case; nil when there is none.
    func context(for name: UnsafePointer<UInt8>, count: Int) -> Int? {
        // The root's dot does not belong there, and some send it.
        let isRooted = unsafe count > 1 && name[count - 1] == UInt8(ascii: ".")
        let count = isRooted ? count - 1 : count
        guard count > 0 && count <= Self.nameBytesMax else { return nil }
        // Wildcards are kept with a dot in front, which no name that is asked for may have.
        guard unsafe name[0] != UInt8(ascii: ".") else { return nil }
        if let found = unsafe find(name, count) { return found }
        var dot = 1
        while dot < count, unsafe name[dot] != UInt8(ascii: ".") { dot += 1 }
        return dot < count ? unsafe find(name + dot, count - dot) : nil
    }

    private func find(_ name: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        var place = unsafe Int(truncatingIfNeeded: Self.hash(name, count)) & mask
        while unsafe slots[place].count > 0 {
            if unsafe slots[place].count == count,
                unsafe Self.equals(name, bytes + Int(slots[place].offset), count)
            {
                return unsafe Int(slots[place].context)
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// True when the name, in whatever case, is `other`, which is in lower case.
    private static func equals(
        _ name: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        for index in 0..<count {
            guard unsafe lower(name[index]) == other[index] else { return false }
        }
        return true
    }

    /// FNV-1a of the name in lower case, its upper half mixed into the lower one that places take.
    private static func hash(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<count {
            hash = unsafe (hash ^ UInt64(lower(name[index]))) &* 0x100_0000_01b3
        }
        return hash ^ hash >> 32
    }
}
