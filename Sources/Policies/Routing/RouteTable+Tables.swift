// What a route table is made of: flat arrays that refer to each other by position.

extension RouteTable {
    /// A piece of the bytes that all texts are in.
    @usableFromInline
    struct Text: BitwiseCopyable {
        @usableFromInline var offset: Int32
        @usableFromInline var count: Int32
    }

    /// Candidates for one host and one path: positions of `order`, the first to try first. With a
    /// count of 0 there are none, since no list that is kept is empty.
    @usableFromInline
    struct List: BitwiseCopyable {
        @usableFromInline var first: Int32
        @usableFromInline var count: Int32

        @usableFromInline static var empty: List { List(first: 0, count: 0) }
    }

    /// All routes for one host, or for all hosts below one. Level 0 is for every host.
    struct Level: BitwiseCopyable {
        /// The level that a request goes on to: the next longer name above, at last 0; -1 from 0.
        var parent: Int32
        /// How many paths it has in `places`; where there are none, none is sought.
        var placeCount: Int32
        /// Routes for the prefix `/`.
        var root: List
        /// Routes for every path.
        var rest: List
    }

    /// A host name of some patterns.
    struct Name: BitwiseCopyable {
        var text: Text
        /// The level of the name itself, or 0.
        var exact: Int32
        /// The level of all below it, or 0.
        var below: Int32
    }

    /// A path of some patterns, exact or a prefix or both.
    struct Path: BitwiseCopyable {
        var text: Text
        /// The longest shorter prefix that some patterns have, or -1. Of prefixes only.
        var parent: Int32
        var isExact: Bool
        var isPrefix: Bool
    }

    /// The routes for one path at one level.
    struct Place: BitwiseCopyable {
        var level: Int32
        /// Twice the path's position, and one more where it is a prefix.
        var path: Int32
        var list: List
    }

    /// One route.
    @usableFromInline
    struct Row: BitwiseCopyable {
        @usableFromInline var priority: Int32
        /// One of these; positions of `methods`. With a count of 0, every method.
        @usableFromInline var methods: List
        /// All of these; positions of `conditions`.
        @usableFromInline var conditions: List
    }

    /// What a route asks of one value.
    @usableFromInline
    struct Condition: BitwiseCopyable {
        @usableFromInline
        enum Test: UInt8, BitwiseCopyable {
            case exact
            case prefix
            case present
            case absent
        }

        /// Whether it is of a header field; else of a parameter.
        @usableFromInline var isField: Bool
        @usableFromInline var test: Test
        @usableFromInline var name: Text
        /// Empty where the test has none.
        @usableFromInline var value: Text
    }

    /// Where everything is. It lives in the block itself.
    @usableFromInline
    @unsafe
    struct Tables: BitwiseCopyable {
        /// The memory that all pointers here point into.
        let block: UnsafeMutableRawPointer
        let byteCount: Int
        let routeCount: Int32
        let candidatesMax: Int32

        /// No route has a higher one: the first match of this priority ends a look-up.
        @usableFromInline let priorityMax: Int32
        /// Positions of routes, list after list.
        @usableFromInline let order: UnsafePointer<Int32>
        /// By position of the route's pattern.
        @usableFromInline let rows: UnsafePointer<Row>
        @usableFromInline let methods: UnsafePointer<Text>
        @usableFromInline let conditions: UnsafePointer<Condition>
        @usableFromInline let bytes: UnsafePointer<UInt8>

        let levels: UnsafePointer<Level>
        let names: UnsafePointer<Name>
        let paths: UnsafePointer<Path>
        let places: UnsafePointer<Place>

        let nameTable: LookupTable
        let pathTable: LookupTable
        let placeTable: LookupTable

        /// The longest name and the longest path, or -1 where there is none. What is beyond them
        /// in a request isn't looked at.
        let nameBytesMax: Int
        let pathBytesMax: Int
        /// A bit for each number of labels that some name has below which are routes, the last bit
        /// for 63 and more. Elsewhere no name is sought.
        let belowDepths: UInt64
        /// The same for numbers of slashes in prefixes.
        let prefixDepths: UInt64
    }
}
