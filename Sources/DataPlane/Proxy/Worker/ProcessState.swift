// What the workers of the process share beside their configuration.

public import Synchronization

/// The shared state of the process's data plane. The control plane owns it and outlives the
/// workers.
@safe public struct ProcessState: ~Copyable {
    /// Sessions of all workers.
    public let active = Atomic<Int>(0)
    /// The handles of the workers, by which they wake each other. All are there before the first
    /// worker has a configuration.
    let workers: UnsafeMutablePointer<UnsafePointer<WorkerHandle>>

    /// A process without sessions.
    public init(workerCount: Int) { unsafe workers = .allocate(capacity: workerCount) }

    deinit { unsafe workers.deallocate() }

    /// Takes a worker in.
    public func add(_ handle: UnsafePointer<WorkerHandle>) {
        unsafe (workers + handle.pointee.index).initialize(to: handle)
    }
}
