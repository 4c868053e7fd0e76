// The compiled configuration that workers read. The control plane builds it, publishes it by mail
// to each worker, and frees it when `holders` has come down to zero.

public import Synchronization

/// One immutable configuration, but for the counts that say who still needs it.
@safe public struct Snapshot: ~Copyable, @unchecked Sendable {
    /// Grows with each snapshot of the process.
    public let generation: UInt64
    /// The bound addresses, `bindCount` of them.
    public let binds: UnsafePointer<BindPlan>
    /// How many bound addresses there are.
    public let bindCount: Int
    /// The upstreams, `upstreamCount` of them.
    public let upstreams: UnsafePointer<UnsafePointer<UpstreamPlan>>
    /// How many upstreams there are.
    public let upstreamCount: Int
    /// Sessions of the whole process at one time.
    public let connectionsMax: Int
    /// Workers that need it: as their present snapshot, or for sessions that began with it.
    public let holders: Atomic<Int>
    /// Sessions that began with it, for each worker, which alone touches its own.
    private let sessionCounts: UnsafeMutablePointer<Int>
    /// Counts of different workers lie on different cache lines.
    private static var countStride: Int { 8 }

    /// A snapshot that `workerCount` workers are about to hold.
    public init(
        generation: UInt64, binds: UnsafePointer<BindPlan>, bindCount: Int,
        upstreams: UnsafePointer<UnsafePointer<UpstreamPlan>>, upstreamCount: Int,
        connectionsMax: Int, workerCount: Int
    ) {
        precondition(bindCount <= ProxyLimits.bindsMax)
        self.generation = generation
        unsafe self.binds = unsafe binds
        self.bindCount = bindCount
        unsafe self.upstreams = unsafe upstreams
        self.upstreamCount = upstreamCount
        self.connectionsMax = connectionsMax
        holders = Atomic(workerCount)
        unsafe sessionCounts = UnsafeMutableRawPointer.allocate(
            byteCount: workerCount * Self.countStride * 8, alignment: 64
        ).bindMemory(to: Int.self, capacity: workerCount * Self.countStride)
        unsafe sessionCounts.initialize(repeating: 0, count: workerCount * Self.countStride)
    }

    deinit { unsafe sessionCounts.deallocate() }

    /// What the snapshot says of a listener, or nil when it has it no more.
    borrowing func listener(
        _ state: UnsafeMutablePointer<ListenerState>
    ) -> UnsafePointer<ListenerPlan>? {
        for position in 0..<bindCount {
            let listener = unsafe binds[position].listener
            if unsafe listener.pointee.state == state { return unsafe listener }
        }
        return nil
    }

    /// What the snapshot says of an upstream, or nil when it has it no more.
    borrowing func upstream(
        _ state: UnsafeMutablePointer<UpstreamState>
    ) -> UnsafePointer<UpstreamPlan>? {
        for position in 0..<upstreamCount {
            let upstream = unsafe upstreams[position]
            if unsafe upstream.pointee.state == state { return unsafe upstream }
        }
        return nil
    }

    /// Adds to the sessions of a worker, which calls it. The pointer is read before its element is
    /// changed: in one expression it is an access to the whole snapshot, which others read.
    static func count(_ change: Int, in snapshot: UnsafeMutablePointer<Snapshot>, of worker: Int) {
        let counts = unsafe snapshot.pointee.sessionCounts
        unsafe counts[worker * countStride] += change
    }

    /// Sessions of a worker, which calls it.
    borrowing func sessionCount(of worker: Int) -> Int {
        unsafe sessionCounts[worker * Self.countStride]
    }
}
