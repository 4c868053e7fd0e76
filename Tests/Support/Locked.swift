// A value behind a lock for the threads of tests. ThreadSanitizer knows pthread_mutex_lock(3), and not
// the Mutex of the Synchronization module, which rests on futexes.

import Glibc

/// A value that one thread at a time may touch.
public final class Locked<Value>: @unchecked Sendable {
    // Behind a pointer: within the object a value of no size would lie where the mutex does.
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    /// Holds `value` from now on.
    public init(_ value: Value) {
        self.value.initialize(to: value)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Calls `body` with the value while no other thread has it.
    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
