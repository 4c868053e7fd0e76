// Compiled routes: immutable tables outside Swift's heap that every worker reads at once. Building
// may allocate; a look-up must not allocate, retain or read a clock. `RouteTable+Match.swift` has
// the look-up, `RouteTableBuilder.swift` the building.

/// Finds the route of a request among many.
///
/// Of the routes that match a request the first by these takes it: the higher priority; the host,
/// where an exact one goes before the longest of those that stand for all below, and every host
/// last; the path, where an exact one goes before the longest prefix, and every path last; the
/// greater number of conditions, where the methods count as one; the order of the patterns.
///
/// Trivial to copy: the copies share the tables, and whoever built it calls `deallocate` once no
/// worker can be looking up any more. Any number of threads may look up at once.
@safe
public struct RouteTable: BitwiseCopyable, @unchecked Sendable {
    @usableFromInline let tables: UnsafePointer<Tables>

    /// Compiles some routes. Control plane: allocates, and takes some 50 ms for 10,000 routes.
    public static func build(_ patterns: [RoutePattern]) -> RouteTable {
        unsafe RouteTable(tables: RouteTableBuilder(patterns).copyOut())
    }

    /// The routes that no request can take, in order: for each of their hosts and paths there is a
    /// route with equal conditions and a higher priority, or the same priority and an earlier
    /// place.
    public static func shadowed(_ patterns: [RoutePattern]) -> [ShadowedRoute] {
        RouteTableBuilder(patterns).shadowed
    }

    private init(tables: UnsafePointer<Tables>) {
        unsafe self.tables = tables
    }

    /// Frees the tables. No copy of this one may be used afterwards.
    public func deallocate() {
        unsafe tables.pointee.block.deallocate()
    }

    /// How many routes it was built from.
    public var count: Int32 { unsafe tables.pointee.routeCount }

    /// The most routes that share one host and one path, hence the most whose conditions are tried
    /// one after the other there.
    public var candidatesMax: Int32 { unsafe tables.pointee.candidatesMax }

    /// The memory that the tables take.
    public var byteCount: Int { unsafe tables.pointee.byteCount }
}
