// Chunks that are framed when they are full.

import Testing

@testable import Proxy

@Suite("Pieces of compressed bodies")
struct CompressedPieceTests {
    private static let capacity = ProxyLimits.headBufferBytes

    /// What a piece comes to that has `count` bytes behind a head.
    private func sealed(head: String, count: Int, isLast: Bool) -> String {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.capacity)
        defer { memory.deallocate() }
        memory.initialize(repeating: 0x21, count: Self.capacity)
        memory.update(from: Array(head.utf8), count: head.utf8.count)
        var piece = CompressedPiece(
            memory, capacity: Self.capacity, headBytes: head.utf8.count)
        // In two parts, as a compressor writes it.
        for part in [count / 3, count - count / 3] {
            piece.free.update(repeating: 0x61, count: part)
            piece.add(part)
        }
        let buffer = piece.seal(isLast: isLast)
        return String(
            decoding: UnsafeBufferPointer(start: buffer.first, count: buffer.count), as: UTF8.self)
    }

    @Test(
        "head, chunk and end stand one behind the other",
        arguments: [0, 1, 15, 16, 255, 256, 4095, 4096, 20_000])
    func framing(count: Int) {
        for head in ["", "HTTP/1.1 200 OK\r\n\r\n"] {
            for isLast in [false, true] {
                let size = String(count, radix: 16)
                let body = String(repeating: "a", count: count)
                let chunk = count == 0 ? "" : "\(size)\r\n\(body)\r\n"
                let expected = head + chunk + (isLast ? "0\r\n\r\n" : "")
                #expect(sealed(head: head, count: count, isLast: isLast) == expected)
            }
        }
    }

    @Test("a piece that has been filled up fits its memory, with the longest head before it")
    func full() {
        for headBytes in [0, 100, ProxyLimits.headBufferBytes - ProxyLimits.headRoomBytes] {
            let head = String(repeating: "h", count: headBytes)
            let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
            defer { memory.deallocate() }
            var piece = CompressedPiece(memory, capacity: Self.capacity, headBytes: headBytes)
            let room = piece.room
            #expect(room >= 2048 && !piece.isFull)
            piece.add(room)
            #expect(piece.isFull && piece.room == 0)
            let text = sealed(head: head, count: room, isLast: true)
            #expect(text.utf8.count <= Self.capacity && text.hasSuffix("a\r\n0\r\n\r\n"))
        }
    }

    @Test("more than there is room for is a broken invariant")
    func overflow() async {
        await #expect(processExitsWith: .failure) {
            let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
            var piece = CompressedPiece(memory, capacity: 4096, headBytes: 0)
            piece.add(4090)
        }
    }
}
