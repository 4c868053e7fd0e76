// How many connections an upstream keeps ready, and for how long.

/// The pool of an upstream. Immutable.
public struct PoolPolicy: Sendable {
    /// Connections to each backend at most, over all workers.
    public var warm: Int
    /// How long one is kept that nobody takes, in ms.
    public var maxIdleMs: UInt64
    /// How long one is kept at all, in ms.
    public var maxAgeMs: UInt64

    /// A policy with everything given.
    public init(warm: Int, maxIdleMs: UInt64, maxAgeMs: UInt64) {
        self.warm = warm
        self.maxIdleMs = maxIdleMs
        self.maxAgeMs = maxAgeMs
    }

    /// The part of `warm` that one of the workers keeps.
    func share(of worker: Int, among workers: Int) -> Int {
        warm / workers + (worker < warm % workers ? 1 : 0)
    }
}
