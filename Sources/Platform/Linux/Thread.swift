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

    /// Names the calling thread.
    public static func setName(_ name: String) {
        unsafe name.withCString { unsafe cl_thread_set_name($0) }
    }
}
