// Keys of tickets as values and as files.

import Support
import Testing

@testable import TLS

@Suite("Ticket keys")
struct TicketKeyTests {
    private func key(_ byte: UInt8) -> TicketKey {
        TicketKey([UInt8](repeating: byte, count: TicketKey.byteCount))!
    }

    @Test("a rotation puts a fresh key first and keeps two")
    func rotation() {
        var set = TicketKeySet(key(1))
        let expected: [[UInt8]] = [[2, 1], [3, 2, 1], [4, 3, 2], [5, 4, 3]]
        for (index, bytes) in expected.enumerated() {
            set = set.rotated(to: key(UInt8(index + 2)))
            #expect(set == TicketKeySet(bytes.map { key($0) }))
        }
        #expect(set[0] == key(5) && set.count == TicketKeySet.countMax)
    }

    @Test("a file holds what was written to it", arguments: 1...3)
    func file(count: Int) {
        let set = TicketKeySet((0..<count).map { _ in TicketKey.random() })!
        #expect(TicketKeySet.parse(set.file) == .success(set))
        let odd =
            Array("# a comment\r\n\r\n".utf8) + set.file.flatMap { $0 == 10 ? [32, 13, 10] : [$0] }
        #expect(TicketKeySet.parse(odd) == .success(set))
    }

    @Test("keys as they are, of nginx, serve")
    func binary() {
        let bytes = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 5) }
        let expected = TicketKeySet([TicketKey(bytes[..<80])!, TicketKey(bytes[80...])!])!
        #expect(TicketKeySet.parse(bytes) == .success(expected))
    }

    @Test("files that are none of keys say why")
    func problems() {
        let line = TicketKeySet(key(7)).file
        #expect(TicketKeySet.parse([]) == .failure(.keyCount(0)))
        #expect(TicketKeySet.parse(line + line + line + line) == .failure(.keyCount(4)))
        #expect(TicketKeySet.parse(Array("# none\nabc\n".utf8)) == .failure(.line(2)))
        #expect(TicketKeySet.parse(Array(line.dropLast(3))) == .failure(.line(2)))
        var changed = line
        changed[changed.count - 10] = UInt8(ascii: "!")
        #expect(TicketKeySet.parse(changed) == .failure(.line(2)))
        #expect(TicketKeySet.parse([UInt8](repeating: 200, count: 320)) == .failure(.keyCount(4)))
        #expect(TicketKeySet.parse([UInt8](repeating: 200, count: 81)) == .failure(.line(1)))
        #expect(TicketKey([1, 2, 3]) == nil && TicketKeySet([]) == nil)
    }

    @Test("keys are different each time, and gone once they are wiped")
    func secrets() {
        var first = TicketKey.random()
        #expect(first != TicketKey.random())
        first.wipe()
        #expect(first == key(0))
    }
}
