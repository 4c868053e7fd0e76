// The tables below the look-up: every key in a slot of its own, and the words they are hashed by.

import Support
import Testing

@testable import Routing

struct LookupTableTests {
    /// A table of some hashes and the block it is in.
    private func build(
        count: Int, hash: (Int, UInt64) -> UInt64
    ) -> (table: LookupTable, block: UnsafeMutableRawPointer) {
        let plan = LookupTablePlan(count: count, hash: hash)
        var block = TableBlock(byteCount: plan.byteCount)
        return (LookupTable(plan, in: &block), block.base)
    }

    @Test(
        "each key is found by one probe, and other hashes lead to no key beyond the table",
        arguments: [0, 1, 2, 3, 7, 64, 1000, 20_000])
    func probes(count: Int) {
        var generator = SeededGenerator()
        let (table, block) = build(count: count) {
            RoutingHash.finish($1, UInt64($0), 8)
        }
        defer { block.deallocate() }
        for key in 0..<count {
            let hash = RoutingHash.finish(table.seed, UInt64(key), 8)
            #expect(table.candidate(hash) == Int32(key))
        }
        for _ in 0..<1000 {
            let found = table.candidate(generator.next())
            #expect(found >= -1 && found < Int32(count), "SLUICE_SEED=\(generator.seed)")
        }
    }

    @Test("keys that one seed doesn't tell apart get another seed")
    func seeds() {
        let (table, block) = build(count: 100) { key, seed in
            seed < RoutingHash.seed + 3 ? UInt64(key / 2) : RoutingHash.finish(seed, UInt64(key), 8)
        }
        defer { block.deallocate() }
        #expect(table.seed == RoutingHash.seed + 3)
        let hash = RoutingHash.finish(table.seed, 99, 8)
        #expect(table.candidate(hash) == 99)
    }

    @Test("a word is lowered and searched byte by byte, whatever is beside a byte")
    func words() {
        for byte in UInt8.min...UInt8.max {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                for beside in [0, UInt64.max, 0x2F2F_2F2F_2F2F_2F2F, 0x3030_3030_3030_3030] {
                    let word = beside & ~(0xFF << shift) | UInt64(byte) << shift
                    let lowered = UInt8(truncatingIfNeeded: RoutingHash.lowercased(word) >> shift)
                    #expect(lowered == (0x41...0x5A ~= byte ? byte + 32 : byte))
                    let places = RoutingHash.places(of: 0x2F, in: word)
                    #expect((places >> shift & 0xFF == 0x80) == (byte == 0x2F))
                    #expect(places & 0x7F7F_7F7F_7F7F_7F7F == 0)
                }
            }
        }
    }

    @Test("bytes are equal only where each is")
    func equality() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(0x61 + $0 % 26) }
            #expect(isEqual(bytes, bytes))
            #expect(isEqual(bytes.map { $0 - 32 }, bytes, lowered: true))
            for position in 0..<count {
                var other = bytes
                other[position] ^= 0x80
                #expect(!isEqual(other, bytes) && !isEqual(other, bytes, lowered: true))
            }
        }
    }

    private func isEqual(_ one: [UInt8], _ other: [UInt8], lowered: Bool = false) -> Bool {
        // Arrays of no elements have an address too.
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                guard let left = one.baseAddress, let right = other.baseAddress else { return true }
                return lowered
                    ? RoutingHash.isEqual(left, lowercase: right, one.count)
                    : RoutingHash.isEqual(left, right, one.count)
            }
        }
    }
}
