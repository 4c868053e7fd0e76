// The names of the ways to choose a backend. What each one costs stands here; how it works, in the
// `Balancer+…` files.

/// How an upstream chooses a backend. Let n be the number of backends.
///
/// - `maglev`: by key, from a permutation table (Eisenbud et al., "Maglev", NSDI 2016). O(1).
/// - `ring`: by key, clockwise on a ring of points (Karger et al., 1997; ketama's points per
///   weight). O(log points).
/// - `randomTwo`: the less loaded of two random ones (Mitzenmacher, 2001). O(1). The default.
/// - `roundRobin`: in turn, a backend's turns spread evenly over the cycle. O(1).
/// - `leastConnections`: the least load for its weight: of all of them up to
///   `BalancingLimits.leastConnectionsWindow`, else of that many from a random start. O(1) then.
/// - `random`: at random by weight. O(1).
///
/// All of these become O(n) at worst when nearly every backend is unusable.
public enum BalancingAlgorithm: UInt8, Sendable, CaseIterable {
    case maglev
    case ring
    case randomTwo
    case roundRobin
    case leastConnections
    case random
}
