// Compiled routes of TLS that is passed through. It is a `RouteTable`, so that a server name means
// in a TCP listener what a host means in an HTTP one; added is only which pattern a row is of.

/// Finds the route of a ClientHello among many.
///
/// Of the routes that match one the first by these takes it: the host, where an exact one goes
/// before the longest of those that stand for all below, and every host last; one that asks for
/// protocols before one that doesn't; the order of the patterns, whatever the client prefers.
///
/// Trivial to copy: the copies share the tables, and whoever built it calls `deallocate` once no
/// worker can be looking up any more. Any number of threads may look up at once.
@safe
public struct ServerNameTable: BitwiseCopyable, @unchecked Sendable {
    private let table: RouteTable
    /// The position of the pattern that a row of the table is of.
    private let positions: UnsafeMutablePointer<Int32>

    /// Compiles some routes. Control plane: allocates.
    public static func build(_ patterns: [ServerNamePattern]) -> ServerNameTable {
        var rows: [RoutePattern] = []
        var owners: [Int32] = []
        for (index, pattern) in patterns.enumerated() {
            for row in pattern.routes {
                rows.append(row)
                owners.append(Int32(index))
            }
        }
        let positions = UnsafeMutablePointer<Int32>.allocate(capacity: max(owners.count, 1))
        for (index, owner) in owners.enumerated() {
            unsafe (positions + index).initialize(to: owner)
        }
        return unsafe ServerNameTable(table: RouteTable.build(rows), positions: positions)
    }

    /// The routes that no ClientHello can take, in order, each with one that takes what it is for.
    public static func shadowed(_ patterns: [ServerNamePattern]) -> [ShadowedRoute] {
        var owners: [Int] = []
        var rows: [RoutePattern] = []
        for (index, pattern) in patterns.enumerated() {
            rows += pattern.routes
            owners += pattern.routes.map { _ in index }
        }
        // Rows that can be taken, by route.
        var counts = patterns.map(\.routes.count)
        var others: [Int: Int] = [:]
        for row in RouteTable.shadowed(rows) {
            counts[owners[row.index]] -= 1
            // A protocol said twice is shadowed by itself, but then its first row counts.
            others[owners[row.index]] = owners[row.shadowedBy]
        }
        return patterns.indices.compactMap { index in
            guard counts[index] == 0, let other = others[index] else { return nil }
            return ShadowedRoute(index: index, shadowedBy: other)
        }
    }

    /// Frees the tables. No copy of this one may be used afterwards.
    public func deallocate() {
        table.deallocate()
        unsafe positions.deallocate()
    }

    /// The memory that the tables take.
    public var byteCount: Int {
        table.byteCount + max(Int(table.count), 1) * MemoryLayout<Int32>.stride
    }

    /// The position of the pattern that takes a ClientHello, or -1: none does.
    ///
    /// - Parameters:
    ///   - serverName: the host asked for, in whatever case; empty when there is none.
    ///   - protocols: what the client offers, as it is sent: one octet of length before each name,
    ///     and none before all.
    /// - Complexity: O(bytes), however many routes there are, and O(bytes of the protocols) for
    ///   each route of one host that asks for them; no allocation.
    public func match(
        serverName: UnsafeBufferPointer<UInt8>, protocols: UnsafeBufferPointer<UInt8>
    ) -> Int32 {
        let view = unsafe ServerNameView(host: serverName, protocols: protocols)
        let row = table.match(view).index
        return row < 0 ? -1 : unsafe positions[Int(row)]
    }
}
