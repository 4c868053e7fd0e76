// What a pick may ask about the backends. The data plane answers from atomics that outlive the
// snapshot; tests answer from arrays.

/// The live state of the backends of one upstream, read during a pick.
///
/// Only ever a generic constraint, so that each answer inlines to a load. Indexes are those of the
/// candidates given to `Balancer.build`. Answers may change between two calls: a pick makes one
/// decision from what it saw and asks no second time about the chosen one.
public protocol BackendView: ~Copyable {
    /// Whether new work may go to this backend: healthy, not ejected, not draining, not full.
    func isUsable(_ index: Int32) -> Bool

    /// Its sessions or exchanges in flight, not negative.
    func load(_ index: Int32) -> Int

    /// The sum of the loads of all backends, not negative. Asked only under a bounded load.
    var totalLoad: Int { get }
}
