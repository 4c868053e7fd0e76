// Bytes that somebody who knows the seeds has made to hash as a host or a path of the table does.

import Support
import Testing

@testable import Routing

struct CollisionTests {
    /// A request of any bytes.
    struct RawRequest: RequestView {
        var host: UnsafeBufferPointer<UInt8>
        var path: UnsafeBufferPointer<UInt8>
        var method: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

        func field(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? { nil }
        func parameter(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
            nil
        }
    }

    /// A word and what is left over beside it that hash as some others do, which are 15 bytes too:
    /// any word, and what makes up for it, so long as that fits seven bytes.
    private func collision(word: UInt64, rest: UInt64) -> (word: UInt64, rest: UInt64) {
        var generator = SeededGenerator(seed: 1)
        let wanted = RoutingHash.fold(RoutingHash.seed, word) ^ rest
        while true {
            let other = generator.next()
            let left = RoutingHash.fold(RoutingHash.seed, other) ^ wanted
            let isKept = RoutingHash.lowercased(other) == other
            if left >> 56 == 0 && isKept && RoutingHash.lowercased(left) == left {
                return (other, left)
            }
        }
    }

    private func bytes(_ word: UInt64, _ count: Int = 8) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
    }

    private func word(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func match(_ table: RouteTable, host: [UInt8], path: [UInt8]) -> Int32 {
        host.withUnsafeBufferPointer { host in
            path.withUnsafeBufferPointer { path in
                table.match(RawRequest(host: host, path: path)).index
            }
        }
    }

    @Test("a path that hashes as one of the table isn't that path")
    func paths() {
        let path = Array("/service/number".utf8)
        let found = collision(word: word(path.prefix(8)), rest: word(path.suffix(7)))
        let other = bytes(found.word) + bytes(found.rest, 7)
        let hash = path.withUnsafeBufferPointer { RoutingHash.path($0, seed: RoutingHash.seed) }
        #expect(
            hash == other.withUnsafeBufferPointer { RoutingHash.path($0, seed: RoutingHash.seed) })
        for pattern in [PathPattern.exact("/service/number"), .prefix("/service/number")] {
            let table = RouteTable.build([RoutePattern(paths: [pattern])])
            defer { table.deallocate() }
            #expect(match(table, host: [], path: path) == 0)
            #expect(match(table, host: [], path: other) == -1)
            #expect(match(table, host: [], path: other + [0x2F]) == -1)
        }
    }

    @Test("a host that hashes as one of the table isn't that host")
    func hosts() {
        let host = Array("www.example.com".utf8)
        let found = collision(word: word(host.suffix(8)), rest: word(host.prefix(7)))
        let other = bytes(found.rest, 7) + bytes(found.word)
        let hash = host.withUnsafeBufferPointer { RoutingHash.host($0, seed: RoutingHash.seed) }
        #expect(
            hash == other.withUnsafeBufferPointer { RoutingHash.host($0, seed: RoutingHash.seed) })
        let exact = RouteTable.build([RoutePattern(hosts: [.exact("www.example.com")])])
        let below = RouteTable.build([RoutePattern(hosts: [.below("www.example.com")])])
        defer {
            exact.deallocate()
            below.deallocate()
        }
        #expect(match(exact, host: host, path: []) == 0)
        #expect(match(exact, host: other, path: []) == -1)
        #expect(match(below, host: [0x61, 0x2E] + host, path: []) == 0)
        #expect(match(below, host: [0x61, 0x2E] + other, path: []) == -1)
    }

    @Test("names of the file that hash alike get a seed that tells them apart")
    func file() {
        let path = Array("/service/number".utf8)
        let found = collision(word: word(path.prefix(8)), rest: word(path.suffix(7)))
        let other = bytes(found.word) + bytes(found.rest, 7)
        let keys = [path, other]
        let plan = LookupTablePlan(count: 2) { key, seed in
            keys[key].withUnsafeBufferPointer { RoutingHash.path($0, seed: seed) }
        }
        #expect(plan.seed == RoutingHash.seed + 1)
    }
}
