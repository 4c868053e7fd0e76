// What the workers of the process share beside their configuration.

public import Synchronization

/// The shared state of the process's data plane.
public struct ProcessState: ~Copyable {
    /// Sessions of all workers.
    public let active = Atomic<Int>(0)

    /// A process without sessions.
    public init() {}
}
