// One pass over a request's host and one over its path: which names and prefixes of the tables fit.
// Both take bytes as they come from clients, and neither looks further than the tables' own longest
// text.

extension RouteTable {
    /// The level that a host begins at. From the right, so that the hash of each suffix is on the
    /// way to the hash of the whole.
    static func level(
        of host: UnsafeBufferPointer<UInt8>, in tables: UnsafePointer<Tables>
    ) -> Int32 {
        let dot = UInt8(ascii: ".")
        guard let base = host.baseAddress, host.count > 0 else { return 0 }
        let count = unsafe base[host.count &- 1] == dot ? host.count &- 1 : host.count
        let seen = min(count, unsafe tables.pointee.nameBytesMax &+ 1)
        guard seen > 0 else { return 0 }
        let start = unsafe base + (count &- seen)
        var state = unsafe tables.pointee.nameTable.seed
        let depths = unsafe tables.pointee.belowDepths
        var found: Int32 = 0
        var labels = 0
        var end = seen
        while true {
            let offset = max(end &- 8, 0)
            let raw =
                unsafe end >= 8
                ? RoutingHash.word(start, offset) : RoutingHash.part(start, end)
            let word = RoutingHash.lowercased(raw)
            var dots = depths == 0 ? 0 : RoutingHash.places(of: dot, in: word)
            while dots != 0 {
                let bit = 63 &- dots.leadingZeroBitCount
                dots ^= 1 &<< UInt64(bit)
                labels &+= 1
                let position = offset &+ bit >> 3
                // Something has to be before the dot.
                guard depths &>> UInt64(min(labels, 63)) & 1 == 1,
                    count &- seen &+ position > 0
                else { continue }
                let length = seen &- position &- 1
                // The top bit of a byte: shifted by this and one more the byte is out as well.
                let rest = (word &>> UInt64(bit)) >> 1
                let hash = RoutingHash.finish(state, rest, length)
                let name = unsafe name(hash, start + position + 1, length, in: tables)
                if name >= 0, unsafe tables.pointee.names[Int(name)].below > 0 {
                    found = unsafe tables.pointee.names[Int(name)].below
                }
            }
            if end < 8 {
                guard seen == count else { return found }
                let hash = RoutingHash.finish(state, word, count)
                let name = unsafe name(hash, start, count, in: tables)
                guard name >= 0, unsafe tables.pointee.names[Int(name)].exact > 0 else {
                    return found
                }
                return unsafe tables.pointee.names[Int(name)].exact
            }
            state = RoutingHash.fold(state, word)
            end &-= 8
        }
    }

    /// The path of the tables that is this one, and the longest prefix that fits, or -1.
    static func paths(
        of path: UnsafeBufferPointer<UInt8>, in tables: UnsafePointer<Tables>
    ) -> (exact: Int32, prefix: Int32) {
        let base = unsafe path.baseAddress ?? tables.pointee.bytes
        let count = path.count
        // One byte more than the longest, to see whether a slash follows it.
        let seen = min(count, unsafe tables.pointee.pathBytesMax &+ 1)
        var state = unsafe tables.pointee.pathTable.seed
        let slash = UInt8(ascii: "/")
        let depths = unsafe tables.pointee.prefixDepths
        var prefix: Int32 = -1
        var depth = 0
        var offset = 0
        while true {
            let left = seen &- offset
            let word =
                unsafe left >= 8
                ? RoutingHash.word(base, offset) : RoutingHash.part(base + offset, left)
            var slashes = depths == 0 ? 0 : RoutingHash.places(of: slash, in: word)
            while slashes != 0 {
                let bit = slashes.trailingZeroBitCount
                slashes &= slashes &- 1
                let length = offset &+ bit >> 3
                let isSought = depths &>> UInt64(min(depth, 63)) & 1 == 1
                depth &+= 1
                guard isSought, length > 0 else { continue }
                let rest = word & ((1 &<< UInt64(bit & 56)) &- 1)
                let hash = RoutingHash.finish(state, rest, length)
                let found = unsafe node(hash, base, length, in: tables)
                if found >= 0, unsafe tables.pointee.paths[Int(found)].isPrefix { prefix = found }
            }
            if left < 8 {
                guard seen == count else { return (-1, prefix) }
                let hash = RoutingHash.finish(state, word, count)
                let found = unsafe node(hash, base, count, in: tables)
                guard found >= 0 else { return (-1, prefix) }
                let node = unsafe tables.pointee.paths[Int(found)]
                return (node.isExact ? found : -1, node.isPrefix ? found : prefix)
            }
            state = RoutingHash.fold(state, word)
            offset &+= 8
        }
    }

    /// The position of a name given in whatever case, or -1.
    private static func name(
        _ hash: UInt64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
        in tables: UnsafePointer<Tables>
    ) -> Int32 {
        let found = unsafe tables.pointee.nameTable.candidate(hash)
        guard found >= 0 else { return -1 }
        let text = unsafe tables.pointee.names[Int(found)].text
        let other = unsafe tables.pointee.bytes + Int(text.offset)
        guard Int(text.count) == count,
            unsafe RoutingHash.isEqual(bytes, lowercase: other, count)
        else { return -1 }
        return found
    }

    /// The position of a path, or -1.
    private static func node(
        _ hash: UInt64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
        in tables: UnsafePointer<Tables>
    ) -> Int32 {
        let found = unsafe tables.pointee.pathTable.candidate(hash)
        guard found >= 0 else { return -1 }
        let text = unsafe tables.pointee.paths[Int(found)].text
        let other = unsafe tables.pointee.bytes + Int(text.offset)
        guard Int(text.count) == count, unsafe RoutingHash.isEqual(bytes, other, count) else {
            return -1
        }
        return found
    }
}
