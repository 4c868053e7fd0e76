// The bytes that random connections carry: pieces of one long random tape. A byte that is lost,
// doubled or moved shows at once, since what follows is no longer what the tape has there.

import Glibc
import Support

/// Random bytes. A stream is what stands on the tape from its start on, so that every byte of it is
/// known from connection, direction and offset, and nothing has to be kept.
final class Tape {
    /// The longest stream.
    static let streamMax = 3 << 20
    /// Streams start before this.
    static let startsBelow = 5 << 20
    private let bytes: UnsafeMutableRawPointer

    /// Records a tape.
    init(seed: UInt64) {
        let count = Self.streamMax + Self.startsBelow
        bytes = .allocate(byteCount: count, alignment: 8)
        var generator = SeededGenerator(seed: seed)
        for offset in stride(from: 0, to: count, by: 8) {
            bytes.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
        }
    }

    deinit { bytes.deallocate() }

    /// What stands there.
    func bytes(at offset: Int) -> UnsafeRawPointer { UnsafeRawPointer(bytes + offset) }

    /// True when `count` bytes are those on the tape.
    func matches(_ other: UnsafeRawPointer, at offset: Int, count: Int) -> Bool {
        memcmp(other, bytes + offset, count) == 0
    }
}
