// How much of OpenSSL's memory is in use, for tests in processes of their own.

import COpenSSL
import Glibc
import Support

/// Pieces of memory that OpenSSL has taken and not given back.
enum LiveMemory {
    private static let pieces = Locked(0)

    /// Counts from now on: to be called before anything else of OpenSSL is.
    static func begin() {
        let result = CRYPTO_set_mem_functions(
            { count, _, _ in
                LiveMemory.add(1)
                return malloc(count)
            },
            { memory, count, _, _ in
                if memory == nil { LiveMemory.add(1) }
                return realloc(memory, count)
            },
            { memory, _, _ in
                if memory != nil { LiveMemory.add(-1) }
                free(memory)
            })
        precondition(result == 1, "OpenSSL has begun already")
    }

    /// Pieces there are now.
    static var count: Int { pieces.withLock { $0 } }

    private static func add(_ difference: Int) { pieces.withLock { $0 += difference } }
}
