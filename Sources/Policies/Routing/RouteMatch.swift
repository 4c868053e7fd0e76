// The answer of a look-up.

/// The route that a request takes.
public struct RouteMatch: BitwiseCopyable, Equatable, Sendable {
    /// The route's position in the array that the table was built from, or -1: no route matches.
    public let index: Int32

    /// How many bytes of the path the route's own path covers, for rewrites: a prefix without its
    /// last slash (3 for `/v1/` and `/v1`, 0 for `/`), the whole path where it is matched exactly,
    /// 0 where the route is for every path.
    public let prefixLength: Int32

    /// No route.
    @inlinable
    public static var none: RouteMatch { RouteMatch(index: -1, prefixLength: 0) }

    @usableFromInline
    init(index: Int32, prefixLength: Int32) {
        self.index = index
        self.prefixLength = prefixLength
    }
}
