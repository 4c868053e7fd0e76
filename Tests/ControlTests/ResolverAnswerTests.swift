// DNS messages as bytes: what they hold is read, and whatever they hold reading them ends.

import Support
import Testing

@testable import Control

@Suite("DNS answers")
struct ResolverAnswerTests {
    /// A message with one question and the given records.
    private func message(_ records: [[UInt8]], name: String = "a.test") -> [UInt8] {
        let head: [UInt8] = [0, 1, 0x84, 0, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        return head + FakeNameServer.Record.encoded(name) + [0, 33, 0, 1] + records.flatMap { $0 }
    }

    private func record(
        _ type: UInt8, _ data: [UInt8], ttl: [UInt8] = [0, 0, 0, 9], network: UInt8 = 1
    ) -> [UInt8] {
        [0xc0, 12, 0, type, 0, network] + ttl + [0, UInt8(data.count)] + data
    }

    @Test("records of the wanted type count, with the smallest TTL of them and of aliases")
    func reading() throws {
        let bytes = message([
            record(5, [1, 0x62, 0], ttl: [0, 0, 0, 7]), record(1, [10, 0, 0, 1]),
            record(1, [10, 0, 0, 2], ttl: [0, 0, 1, 0]), record(1, [9, 9, 9, 9], network: 3),
            record(16, [3, 1, 2, 3], ttl: [0, 0, 0, 1]),
        ])
        let answer = try #require(DNSAnswer(bytes, type: .a))
        #expect(answer.addresses.map(\.numericHost) == ["10.0.0.1", "10.0.0.2"])
        #expect(answer.ttl == 7 && answer.services.isEmpty)
        let other = try #require(DNSAnswer(bytes, type: .aaaa))
        #expect(other.addresses.isEmpty)
    }

    @Test("the target of a service may end where another name does; the root is no target")
    func targets() throws {
        let numbers: [UInt8] = [0, 1, 0, 2, 0x1f, 0x90]
        let answer = try #require(
            DNSAnswer(
                message([
                    record(33, numbers + [1, 0x58, 0xc0, 14]), record(33, [0, 0, 0, 0, 0, 0, 0]),
                ]), type: .srv))
        #expect(
            answer.services == [
                ServiceRecord(target: "x.test", port: 8080, priority: 1, weight: 2)
            ])
    }

    @Test(
        "data that its type does not allow makes the message malformed",
        arguments: [
            (DNSAnswer.RecordType.a, [10, 0, 0] as [UInt8]), (.a, [10, 0, 0, 1, 2]),
            (.aaaa, [10, 0, 0, 1]), (.srv, [0, 1, 0, 2, 0]), (.srv, [0, 1, 0, 2, 0, 80]),
            // A port of none, a space in a name, a pointer to itself, and bytes after the name.
            (.srv, [0, 1, 0, 2, 0, 0, 1, 0x58, 0]), (.srv, [0, 1, 0, 2, 0, 80, 1, 0x20, 0]),
            (.srv, [0, 1, 0, 2, 0, 80, 0xc0, 42]), (.srv, [0, 1, 0, 2, 0, 80, 1, 0x58, 0, 0]),
        ])
    func malformed(type: DNSAnswer.RecordType, data: [UInt8]) {
        #expect(DNSAnswer(message([record(UInt8(type.rawValue), data)]), type: type) == nil)
    }

    @Test("a TTL with its topmost bit set is zero")
    func negativeTTL() throws {
        let bytes = message([record(1, [10, 0, 0, 1], ttl: [0x80, 0, 0, 9])])
        #expect(try #require(DNSAnswer(bytes, type: .a)).ttl == 0)
    }

    @Test("a message that is cut anywhere is malformed")
    func cut() {
        let bytes = message([
            record(33, [0, 1, 0, 2, 0, 80, 1, 0x58, 0]), record(1, [1, 2, 3, 4]),
        ])
        for count in 0..<bytes.count {
            #expect(DNSAnswer(Array(bytes[..<count]), type: .srv) == nil, "\(count) bytes")
        }
        #expect(DNSAnswer(bytes, type: .srv) != nil)
    }

    @Test("whatever bytes come, reading them ends, and names are those of hosts")
    func hostile() {
        var generator = SeededGenerator()
        let whole = message([
            record(33, [0, 1, 0, 2, 0, 80, 1, 0x58, 0xc0, 14]), record(1, [1, 2, 3, 4]),
            record(5, [1, 0x62, 0]), record(28, [UInt8](repeating: 1, count: 16)),
        ])
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    .random(in: 0...255, using: &generator)
            }
            for type in [DNSAnswer.RecordType.a, .aaaa, .srv] {
                for service in DNSAnswer(bytes, type: type)?.services ?? [] {
                    let isName = service.target.allSatisfy {
                        $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0))
                    }
                    #expect(isName, "seed \(generator.seed)")
                }
            }
        }
    }
}
