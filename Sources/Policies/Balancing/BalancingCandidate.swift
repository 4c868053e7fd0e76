// One backend as a balancer's build sees it: a name to place it by and a weight.

/// A backend offered to `Balancer.build`. Its position in the array given there is the index that
/// `pick` returns.
public struct BalancingCandidate: Sendable {
    /// What places the backend in hash tables: its name or its address, alike on every node. Unique
    /// within an upstream; of several equal ones each is placed on its own, but which is which then
    /// hangs on weight and order.
    public var identity: String

    /// Its share relative to the others. Zero or less is never chosen; more than
    /// `BalancingLimits.weightMax` counts as that.
    public var weight: Int

    /// Makes a candidate; the weight is 1 where nothing is said.
    public init(identity: String, weight: Int = 1) {
        self.identity = identity
        self.weight = weight
    }
}
