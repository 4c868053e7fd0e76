// Clients at work while something happens to the proxy or its backends.

import Glibc
import Support
import Synchronization

/// Clients that ask without pause until they are stopped.
final class Load: Sendable {
    let requests = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)

    /// Runs `request` again and again on a thread of its own; it answers whether all went well.
    func start(_ request: @escaping @Sendable () -> Bool) {
        running.add(1, ordering: .sequentiallyConsistent)
        ThreadOfTest.start { [self] in
            while !isStopped.load(ordering: .acquiring) {
                if !request() { failures.add(1, ordering: .relaxed) }
                requests.add(1, ordering: .relaxed)
                poll(nil, 0, 1)
            }
            running.subtract(1, ordering: .releasing)
        }
    }

    /// Ends the clients; false when one hangs.
    func stop() -> Bool {
        isStopped.store(true, ordering: .releasing)
        return eventually { running.load(ordering: .acquiring) == 0 }
    }
}
