// The arrays of a route table while they grow, and what is reckoned from them. Control plane.

/// What is copied into the block of a route table.
struct FlatRoutes {
    /// All texts, one behind the other.
    private(set) var bytes: [UInt8] = []

    /// As `RouteTable.Tables` has them.
    var order: [Int32] = []
    var rows: [RouteTable.Row] = []
    var methods: [RouteTable.Text] = []
    var conditions: [RouteTable.Condition] = []
    var levels: [RouteTable.Level] = []
    var names: [RouteTable.Name] = []
    var paths: [RouteTable.Path] = []
    var places: [RouteTable.Place] = []

    /// Adds a text.
    mutating func text(_ text: [UInt8]) -> RouteTable.Text {
        defer { bytes += text }
        return RouteTable.Text(offset: Int32(bytes.count), count: Int32(text.count))
    }

    /// What the arrays take of a block, `RouteTable.Tables` included.
    var byteCount: Int {
        var sum = unsafe TableBlock.byteCount(of: RouteTable.Tables.self, count: 1)
        sum += TableBlock.byteCount(of: bytes) + TableBlock.byteCount(of: order)
        sum += TableBlock.byteCount(of: rows) + TableBlock.byteCount(of: methods)
        sum += TableBlock.byteCount(of: conditions) + TableBlock.byteCount(of: levels)
        sum += TableBlock.byteCount(of: names) + TableBlock.byteCount(of: paths)
        return sum + TableBlock.byteCount(of: places)
    }

    /// The table of names, by position.
    func nameTable() -> LookupTablePlan {
        LookupTablePlan(count: names.count) { name, seed in
            unsafe bytes(of: names[name].text).withUnsafeBufferPointer {
                unsafe RoutingHash.host($0, seed: seed)
            }
        }
    }

    /// The table of paths, by position.
    func pathTable() -> LookupTablePlan {
        LookupTablePlan(count: paths.count) { path, seed in
            unsafe bytes(of: paths[path].text).withUnsafeBufferPointer {
                unsafe RoutingHash.path($0, seed: seed)
            }
        }
    }

    /// The table of places, by position.
    func placeTable() -> LookupTablePlan {
        LookupTablePlan(count: places.count) { place, seed in
            RoutingHash.pair(seed, places[place].level, places[place].path)
        }
    }

    /// The numbers of labels that names have below which are routes, as bits.
    var belowDepths: UInt64 {
        names.filter { $0.below > 0 }.reduce(0) {
            $0 | Self.bit(count(of: ".", in: $1.text) + 1)
        }
    }

    /// The numbers of slashes that prefixes have, as bits.
    var prefixDepths: UInt64 {
        paths.filter(\.isPrefix).reduce(0) { $0 | Self.bit(count(of: "/", in: $1.text)) }
    }

    /// The bit of a depth, the last one for all from 63 on.
    private static func bit(_ depth: Int) -> UInt64 { 1 << UInt64(min(depth, 63)) }

    private func bytes(of text: RouteTable.Text) -> ArraySlice<UInt8> {
        bytes[Int(text.offset)..<Int(text.offset + text.count)]
    }

    private func count(of character: Unicode.Scalar, in text: RouteTable.Text) -> Int {
        bytes(of: text).count { $0 == UInt8(ascii: character) }
    }
}
