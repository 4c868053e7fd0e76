// A worker and its thread, as the control plane owns them.

internal import Linux
internal import Proxy
internal import Synchronization

/// One running worker. The control thread makes it, and frees it after joining its thread.
@safe final class WorkerThread {
    let handle: UnsafeMutablePointer<WorkerHandle>
    private let worker: UnsafeMutablePointer<Worker>
    private var thread: Thread?

    /// Starts worker `index` of `count`.
    init(
        index: Int, count: Int, controlWake: Int32, process: UnsafePointer<ProcessState>,
        sessionsMax: Int
    ) throws(SystemError) {
        let made = try WorkerHandle(index: index, workerCount: count, controlWake: controlWake)
        unsafe handle = .allocate(capacity: 1)
        unsafe handle.initialize(to: made)
        unsafe process.pointee.add(handle)
        let built = try unsafe Worker.make(
            handle: handle, process: process, sessionsMax: sessionsMax)
        unsafe worker = .allocate(capacity: 1)
        unsafe worker.initialize(to: built)
        thread = try unsafe Thread(context: worker) { context in
            guard let worker = unsafe context?.assumingMemoryBound(to: Worker.self) else {
                return nil
            }
            Thread.setName("sluice-worker")
            unsafe worker.pointee.run()
            return nil
        }
    }

    /// True when the thread is about to return.
    var hasFinished: Bool { unsafe handle.pointee.hasFinished.load(ordering: .acquiring) }

    /// Waits for the thread and frees the worker. The handle stays, for its counters.
    func join() {
        guard let thread = thread.take() else { return }
        thread.join()
        unsafe worker.deinitialize(count: 1)
        unsafe worker.deallocate()
    }
}
