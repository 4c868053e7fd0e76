// Plain threads. A worker is moved into heap memory and handed over by its address, so no closure,
// task or executor stands between it and the kernel.

internal import Glibc
internal import CLinux

/// A started thread that somebody joins.
public struct Thread: ~Copyable, Sendable {
    private let handle: UInt

    /// Starts a thread that runs `body` on `context`. The name (15 bytes at most) shows in ps
    /// and top. The corresponding call is `pthread_create(3)`.
    public init(
        stackBytes: Int = 1 << 20,
        context: UnsafeMutableRawPointer,
        body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
    ) throws(SystemError) {
        var created: UInt = 0
        let result = unsafe IOResult(cl_thread_create(&created, body, context, stackBytes))
        _ = try result.orThrow("pthread_create")
        handle = created
    }

    /// Waits until the thread has returned.
    public consuming func join() {
        let result = cl_thread_join(handle)
        precondition(result == 0, "pthread_join failed")
    }

    /// From now on the calling thread waits its turn when it wakes, instead of interrupting one that
    /// runs on its processor; its share of the processor stays what it is (SCHED_BATCH, sched(7)).
    /// Threads that it starts later inherit this. False when the kernel refuses, which harms nobody.
    @discardableResult
    public static func stopInterrupting() -> Bool {
        IOResult(cl_thread_set_batch()).isSuccess
    }

    /// Names the calling thread.
    public static func setName(_ name: String) {
        unsafe name.withCString { unsafe cl_thread_set_name($0) }
    }
}
