// A compiled balancing policy: immutable tables outside Swift's heap that every worker reads at
// once. Building may allocate; picking must not allocate, retain, lock or read a clock.
//
// The pick path is `@inlinable` throughout: it is generic over the view, and only where the bodies
// of all its parts are visible does the caller's module get a specialised copy.

/// Chooses backends of one upstream by one policy.
///
/// Trivial to copy: the copies share the tables, and whoever built it calls `deallocate` once no
/// worker can be picking any more. Picks may run on any number of threads at once, each with its
/// own cursor.
@safe
public struct Balancer: @unchecked Sendable {
    /// How it chooses.
    public let algorithm: BalancingAlgorithm

    /// How many candidates it was built from, those of weight zero included.
    public let count: Int32

    /// A hash of the tables in terms of identities: equal on every node with the same backends and
    /// policy, whatever their order; another one when a table or a weight differs. A bounded load,
    /// which acts on what is in flight, is no part of it.
    public let checksum: UInt64

    /// Whether all that can be chosen weigh the same.
    @usableFromInline let isUniform: Bool

    /// The bounded load in thousandths; zero when off.
    @usableFromInline let boundThousandths: Double

    /// A thousand times the sum of the weights, the other side of the bounded load's comparison.
    @usableFromInline let boundDivisor: Double

    /// Candidates by rank, those of weight zero left out: where draws and scans look.
    @usableFromInline let order: IndexTable

    /// Candidates by Maglev slot, ring point or turn; empty for the other algorithms.
    @usableFromInline let table: IndexTable

    /// The ring's points in ascending order, beside `table`; nil for other algorithms.
    @usableFromInline let points: UnsafeMutablePointer<UInt32>?

    /// Columns by rank for weighted draws; nil when all weigh the same or nothing is drawn.
    @usableFromInline let columns: UnsafeMutablePointer<AliasColumn>?

    /// Weights by candidate, zero for those never chosen.
    @usableFromInline let weights: UnsafeMutablePointer<Int32>

    /// Compiles a policy for some candidates. Control plane: allocates, and takes some milliseconds
    /// for 10,000 candidates. The same candidates in another order give the same choices.
    public static func build(
        policy: BalancingPolicy, candidates: [BalancingCandidate]
    ) -> Balancer {
        precondition(candidates.count <= Int(Int32.max), "more candidates than indexes")
        return Balancer(policy, Placement(candidates))
    }

    private init(_ policy: BalancingPolicy, _ placement: Placement) {
        algorithm = policy.algorithm
        count = Int32(placement.candidateCount)
        isUniform = placement.isUniform
        boundThousandths = policy.boundedLoad.map(Self.thousandths) ?? 0
        boundDivisor = Double(placement.weightTotal) * 1000

        let tables = TableBuilder(policy, placement)
        table = tables.indexes(tables.slots)
        order = tables.indexes(placement.indexes.indices.map { Int32($0) })
        unsafe points = tables.copy(tables.points)
        unsafe columns = tables.copy(tables.columns)
        var byCandidate = [Int32](repeating: 0, count: placement.candidateCount)
        for (rank, index) in placement.indexes.enumerated() {
            byCandidate[Int(index)] = Int32(placement.weights[rank])
        }
        unsafe weights = UnsafeMutablePointer.allocate(capacity: max(byCandidate.count, 1))
        for (index, weight) in byCandidate.enumerated() {
            unsafe (weights + index).initialize(to: weight)
        }
        checksum = tables.checksum()
    }

    /// A bound in whole thousandths, so that comparisons are exact; at least one, whatever is
    /// given.
    private static func thousandths(_ bound: Double) -> Double {
        bound > 1 ? Double(Int(min(bound, BalancingLimits.boundMax) * 1000 + 0.5)) : 1000
    }

    /// Frees the tables. No copy of this balancer may be used afterwards.
    public func deallocate() {
        order.deallocate()
        table.deallocate()
        unsafe points?.deallocate()
        unsafe columns?.deallocate()
        unsafe weights.deallocate()
    }

    /// Chooses a backend: its index among the candidates, or -1 when none of positive weight is
    /// usable. A single usable one is always found.
    ///
    /// - Parameter key: what hashed algorithms choose by, from `BalancingHash`; others ignore it.
    /// - Parameter cursor: the calling worker's own.
    /// - Parameter view: the state of the backends, for this one call.
    /// - Complexity: as `BalancingAlgorithm` states; no allocation.
    @inlinable
    public func pick<View: BackendView & ~Copyable>(
        key: UInt64, cursor: inout BalancerCursor, view: borrowing View
    ) -> Int32 {
        if order.count <= 1 {
            return order.count == 1 && view.isUsable(order[0]) ? order[0] : -1
        }
        switch algorithm {
        case .maglev: return pickMaglev(key: key, view: view)
        case .ring: return pickRing(key: key, view: view)
        case .randomTwo: return pickRandomTwo(cursor: &cursor, view: view)
        case .roundRobin: return pickTurn(cursor: &cursor, view: view)
        case .leastConnections: return pickLeastLoaded(cursor: &cursor, view: view)
        case .random: return pickRandom(cursor: &cursor, view: view)
        }
    }

    /// The rank of the first usable candidate from a rank on, all the way round, or -1. The one
    /// given as `excluded` is passed over. O(n): where bounded tries end up.
    @inlinable
    func scan<View: BackendView & ~Copyable>(
        from start: Int, excluding excluded: Int, view: borrowing View
    ) -> Int {
        var rank = start
        for _ in 0..<order.count {
            if rank != excluded && view.isUsable(order[rank]) { return rank }
            rank += 1
            if rank == order.count { rank = 0 }
        }
        return -1
    }

    /// Whether one candidate carries no more for its weight than another.
    @inlinable
    func isAsLight<View: BackendView & ~Copyable>(
        _ one: Int32, as other: Int32, view: borrowing View
    ) -> Bool {
        if isUniform { return view.load(one) <= view.load(other) }
        let oneWeight = Int(unsafe weights[Int(one)])
        let otherWeight = Int(unsafe weights[Int(other)])
        // Loads below 2^43 can't overflow, since weights are below 2^20.
        return view.load(one) &* otherWeight <= view.load(other) &* oneWeight
    }
}
