// What of an upstream outlives snapshots: where its rotation stands and how many sessions it has.

internal import Balancing
public import Synchronization

/// The shared state of an upstream.
@safe public struct UpstreamState: ~Copyable {
    /// The number that records name it by.
    public let number: UInt32
    /// Sessions of all its backends.
    public let active = Atomic<Int>(0)
    /// One for each worker, which alone uses it.
    let cursors: UnsafeMutablePointer<BalancerCursor>

    /// The state of a new upstream. Cursors start apart, so that workers do not march in step.
    public init(number: UInt32, workerCount: Int, seed: UInt64) {
        self.number = number
        unsafe cursors = .allocate(capacity: workerCount)
        for worker in 0..<workerCount {
            unsafe (cursors + worker).initialize(
                to: BalancerCursor(seed: seed &+ UInt64(worker) &* 0x9E37_79B9_7F4A_7C15))
        }
    }

    deinit { unsafe cursors.deallocate() }
}
