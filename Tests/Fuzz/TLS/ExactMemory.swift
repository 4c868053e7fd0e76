// Memory of just the size of what is in it, so that AddressSanitizer sees each access beyond it.

import Glibc

/// Octets on the heap.
final class ExactMemory {
    let bytes: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ octets: [UInt8]) {
        count = octets.count
        bytes = .allocate(capacity: count)
        octets.withUnsafeBufferPointer { octets in
            guard let base = octets.baseAddress else { return }
            bytes.initialize(from: base, count: count)
        }
    }

    init(repeating octet: UInt8, count: Int) {
        self.count = count
        bytes = .allocate(capacity: count)
        bytes.initialize(repeating: octet, count: count)
    }

    /// Whether it still is what it was made from.
    func isEqual(_ octets: [UInt8]) -> Bool {
        octets.withUnsafeBufferPointer { octets in
            guard let base = octets.baseAddress, count > 0 else { return octets.count == count }
            return octets.count == count && memcmp(base, bytes, count) == 0
        }
    }

    deinit { bytes.deallocate() }
}
