// The way of one look-up through the tables: from the most specific host and path that fit to the
// least, list by list.

/// Visits the lists of candidates for one host and path in the order of precedence.
@usableFromInline
@safe
struct RouteWalk: BitwiseCopyable {
    /// What comes next at a level.
    private enum Stage: BitwiseCopyable {
        case exact
        case prefix
        case root
        case rest
    }

    private let tables: UnsafePointer<RouteTable.Tables>
    /// The level it is at, or -1 at the end.
    private var level: Int32
    /// The path of the tables that is the request's, or -1 where no pattern has it exactly.
    private let exact: Int32
    /// The longest prefix of the tables that fits, or -1 where none but `/` can.
    private let longest: Int32
    /// The prefix that is next at this level, or -1.
    private var prefix: Int32
    private var stage = Stage.exact

    /// How many bytes of the path the list that was last returned covers.
    @usableFromInline private(set) var prefixLength: Int32 = 0

    /// Finds where a walk begins. O(bytes), as far as the tables' own names and paths are long.
    @usableFromInline
    init(
        _ tables: UnsafePointer<RouteTable.Tables>, host: UnsafeBufferPointer<UInt8>,
        path: UnsafeBufferPointer<UInt8>
    ) {
        unsafe self.tables = tables
        level = unsafe RouteTable.level(of: host, in: tables)
        (exact, longest) = unsafe RouteTable.paths(of: path, in: tables)
        prefix = longest
    }

    /// The next list that isn't empty; an empty one at the end.
    @usableFromInline
    mutating func next() -> RouteTable.List {
        while level >= 0 {
            let here = unsafe tables.pointee.levels + Int(level)
            switch stage {
            case .exact:
                stage = .prefix
                guard exact >= 0, unsafe here.pointee.placeCount > 0 else { continue }
                let list = place(exact, isPrefix: false)
                if list.count > 0 { return list }
            case .prefix:
                guard prefix >= 0, unsafe here.pointee.placeCount > 0 else {
                    stage = .root
                    continue
                }
                let list = place(prefix, isPrefix: true)
                prefix = unsafe tables.pointee.paths[Int(prefix)].parent
                if list.count > 0 { return list }
            case .root:
                stage = .rest
                prefixLength = 0
                let list = unsafe here.pointee.root
                if list.count > 0 { return list }
            case .rest:
                let list = unsafe here.pointee.rest
                level = unsafe here.pointee.parent
                prefix = longest
                stage = .exact
                prefixLength = 0
                if list.count > 0 { return list }
            }
        }
        return .empty
    }

    /// The list for a path at this level, maybe empty. One probe.
    private mutating func place(_ path: Int32, isPrefix: Bool) -> RouteTable.List {
        let key = path &* 2 &+ (isPrefix ? 1 : 0)
        let hash = unsafe RoutingHash.pair(tables.pointee.placeTable.seed, level, key)
        let found = unsafe tables.pointee.placeTable.candidate(hash)
        guard found >= 0 else { return .empty }
        let place = unsafe tables.pointee.places + Int(found)
        guard unsafe place.pointee.level == level, unsafe place.pointee.path == key else {
            return .empty
        }
        prefixLength = unsafe tables.pointee.paths[Int(path)].text.count
        return unsafe place.pointee.list
    }
}
