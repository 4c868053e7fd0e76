// Bodies too large to be kept: what stands at each place is known, so that sending and checking take
// nothing but a copy and a comparison.

import Glibc
import Support

/// Octets without end that repeat after an odd number, so that a piece that is lost, doubled or moved
/// shows.
enum BulkOctets {
    /// The longest piece to be had at once.
    static let pieceMax = 256 << 10
    private static let period = (1 << 20) + 7
    nonisolated(unsafe) private static let memory: UnsafeMutableRawPointer = {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: period + pieceMax, alignment: 64)
        var generator = SeededGenerator(seed: 11)
        for offset in stride(from: 0, to: period - 8, by: 8) {
            memory.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
        }
        memset(memory + period - 15, 99, 15)
        memcpy(memory + period, memory, pieceMax)
        return memory
    }()

    /// The octets from a place on, `pieceMax` at least.
    static func bytes(at place: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(memory + place % period)
    }

    /// Sends a piece of known place; false on an error. A send that times out is tried again after
    /// `stalled` was told how much of the piece is gone.
    @discardableResult
    static func send(
        _ socket: TestSocket, _ range: Range<Int>, stalled: (Int) -> Void = { _ in }
    ) -> Bool {
        var place = range.lowerBound
        while place < range.upperBound {
            let count = min(pieceMax, range.upperBound - place)
            let sent = Glibc.send(
                socket.descriptor, bytes(at: place), count, Int32(MSG_NOSIGNAL))
            if sent > 0 {
                place += sent
            } else if sent < 0, errno == EAGAIN {
                stalled(place)
            } else {
                return false
            }
        }
        return true
    }

    /// Sends them in chunks of a size, with the last chunk; false on an error.
    @discardableResult
    static func sendChunks(
        _ socket: TestSocket, _ range: Range<Int>, of size: Int, stalled: (Int) -> Void = { _ in }
    ) -> Bool {
        precondition(size <= pieceMax)
        var place = range.lowerBound
        while place < range.upperBound {
            let count = min(size, range.upperBound - place)
            guard frame(socket, "\(String(count, radix: 16))\r\n"),
                send(socket, place..<place + count, stalled: stalled), frame(socket, "\r\n")
            else { return false }
            place += count
        }
        return socket.send("0\r\n\r\n")
    }

    private static func frame(_ socket: TestSocket, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(
                    socket.descriptor, $0.baseAddress, $0.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_MORE))
            }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno != EAGAIN {
                return false
            }
        }
        return true
    }
}
