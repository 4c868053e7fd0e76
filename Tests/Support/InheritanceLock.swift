// Descriptors that a program started by another thread must not inherit, or they never close.

import Synchronization

/// Keeps starting programs apart from calls that make a descriptor and mark it close-on-exec in two
/// steps: accept4(2) and mkostemp(3), which do it in one, are not to be had from Swift.
enum InheritanceLock {
    private static let lock = Locked<Void>(())

    /// Runs one or the other.
    static func withLock<Value>(_ body: () -> Value) -> Value { lock.withLock { _ in body() } }
}
