// Reading large messages and checking their bodies on the way.

import Glibc
import Support

/// Reads from a socket by way of one buffer.
final class BulkReader {
    private let socket: TestSocket
    private let buffer = UnsafeMutableRawPointer.allocate(
        byteCount: BulkOctets.pieceMax, alignment: 64)
    private var start = 0
    private var end = 0

    init(_ socket: TestSocket) { self.socket = socket }

    deinit { buffer.deallocate() }

    /// Reads a head; nil when there is none.
    func head() -> HTTPHead? {
        var octets: [UInt8] = []
        while let line = line() {
            if line.isEmpty { return HTTPHead(octets) }
            octets += Array("\(line)\r\n".utf8)
        }
        return nil
    }

    /// Reads an octet, nil when there is none.
    func octet() -> UInt8? {
        guard start < end || fill() else { return nil }
        defer { start += 1 }
        return buffer.load(fromByteOffset: start, as: UInt8.self)
    }

    /// Reads so much of a body; false when it is not what stands at a place, or ends.
    func matches(_ range: Range<Int>) -> Bool {
        var place = range.lowerBound
        while place < range.upperBound {
            guard start < end || fill() else { return false }
            let count = min(end - start, range.upperBound - place)
            guard memcmp(buffer + start, BulkOctets.bytes(at: place), count) == 0 else {
                return false
            }
            start += count
            place += count
        }
        return true
    }

    /// Reads a body in chunks; its length, or nil when it is wrong or ends too early.
    func matchingChunks() -> Int? {
        var place = 0
        while let size = line().flatMap({ Int($0, radix: 16) }) {
            if size == 0 { return line() == "" ? place : nil }
            guard matches(place..<place + size), line() == "" else { return nil }
            place += size
        }
        return nil
    }

    /// True when the stream ends here, in order.
    func isAtEnd() -> Bool { start == end && !fill() && errno == 0 }

    /// Reads a line without its end.
    private func line() -> String? {
        var octets: [UInt8] = []
        while let octet = octet() {
            if octet == 10 { return octets.popLast() == 13 ? HTTPHead.latin1(octets) : nil }
            octets.append(octet)
        }
        return nil
    }

    private func fill() -> Bool {
        var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 20_000) > 0 else {
            errno = ETIMEDOUT
            return false
        }
        errno = 0
        start = 0
        end = max(0, recv(socket.descriptor, buffer, BulkOctets.pieceMax, 0))
        return end > 0
    }
}
