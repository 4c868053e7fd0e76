// Memory of just the size of what is in it, so that AddressSanitizer sees each read beyond it.

import HTTP

/// Octets on the heap.
final class ExactMemory {
    let bytes: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ octets: some Collection<UInt8>) {
        count = octets.count
        bytes = .allocate(capacity: count)
        for (index, octet) in octets.enumerated() { bytes[index] = octet }
    }

    deinit { bytes.deallocate() }

    /// The octets of a range, or nil when it isn't within the first `limit` octets.
    func octets(_ range: HeadRange, within limit: Int) -> [UInt8]? {
        guard range.end <= limit, limit <= count else { return nil }
        return Array(UnsafeBufferPointer(start: bytes + Int(range.start), count: Int(range.count)))
    }
}
