// The ring of access records: bounded, in order, each entry in one piece, and whole across threads.

import Glibc
import Support
import Telemetry
import Testing

@Suite("Access rings")
struct AccessRingTests {
    /// Writes an entry whose texts follow from its number; false when there is no room. Some are
    /// made in place, where room for the longest is asked for, as many others elsewhere: enough in
    /// a row to come to the ring's very end.
    private static func write(_ number: UInt64, to ring: AccessRing) -> Bool {
        guard number / 128 % 2 == 0 else {
            let memory = UnsafeMutableRawPointer.allocate(
                byteCount: AccessEntry.bytesMax, alignment: 8)
            defer { memory.deallocate() }
            var wakes = false
            return ring.write(fill(memory, number), wakes: &wakes)
        }
        guard let memory = ring.reserve(AccessEntry.bytesMax) else { return false }
        _ = ring.commit(fill(memory, number).byteCount)
        return true
    }

    private static func fill(_ memory: UnsafeMutableRawPointer, _ number: UInt64) -> AccessEntry {
        var record = AccessRecord()
        record.exchange = number
        let entry = AccessEntry.begin(record, in: memory)
        for text in AccessText.allCases {
            let bytes = content(text, of: number)
            entry.append(text, bytes, count: bytes.count, capacity: AccessEntry.bytesMax)
        }
        return entry
    }

    private static func content(_ text: AccessText, of number: UInt64) -> [UInt8] {
        let mixed = number &* 0x9E37_79B9_7F4A_7C15 >> (8 * UInt64(text.rawValue))
        let count = Int(mixed % 97) % (text.bytesMax + 1)
        return [UInt8](repeating: UInt8(truncatingIfNeeded: mixed), count: count)
    }

    /// Whether an entry is all of what was written for a number.
    private static func isWhole(_ entry: AccessEntry, _ number: UInt64) -> Bool {
        guard entry.record.pointee.exchange == number else { return false }
        return AccessText.allCases.allSatisfy {
            entry.text($0).elementsEqual(content($0, of: number))
        }
    }

    @Test("an entry is given until it is consumed, and then no more")
    func consuming() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        defer { ring.deallocate() }
        #expect(ring.next() == nil)
        #expect(Self.write(1, to: ring) && Self.write(2, to: ring))
        #expect(ring.next()?.record.pointee.exchange == 1)
        #expect(ring.next()?.record.pointee.exchange == 1)
        ring.consume()
        #expect(ring.next()?.record.pointee.exchange == 2)
        ring.consume()
        #expect(ring.next() == nil)
    }

    @Test("entries of all lengths come out in order and whole, however often the ring wraps around")
    func order() {
        var random = SeededGenerator()
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        defer { ring.deallocate() }
        var written: UInt64 = 0
        var read: UInt64 = 0
        var dropped: UInt64 = 0
        for _ in 0..<2000 {
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                if Self.write(written, to: ring) { written += 1 } else { dropped += 1 }
            }
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                guard let entry = ring.next() else {
                    #expect(read == written, "seed \(random.seed)")
                    break
                }
                #expect(Self.isWhole(entry, read), "seed \(random.seed)")
                ring.consume()
                read += 1
            }
        }
        #expect(read > 10_000 && dropped > 100, "seed \(random.seed)")
        #expect(ring.droppedCount == dropped)
    }

    @Test("the longest entries are refused when there is no room, counted, and taken when there is")
    func full() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        defer { ring.deallocate() }
        func fill() -> Int {
            var count = 0
            while let memory = ring.reserve(AccessEntry.bytesMax) {
                _ = AccessEntry.begin(AccessRecord(), in: memory)
                _ = ring.commit(AccessEntry.bytesMax)
                count += 1
            }
            return count
        }
        let fitting = fill()
        #expect(fitting == AccessRing.capacityMin / (AccessEntry.bytesMax + 15 & ~7))
        #expect(ring.droppedCount == 1)
        for round in 1...50 {
            #expect(ring.next() != nil)
            ring.consume()
            // What is left at the end and skipped may cost room for one.
            let added = fill()
            #expect(added <= 1 && ring.droppedCount == UInt64(round) + 1)
        }
    }

    @Test("a reservation that is not committed leaves nothing, wherever it was made")
    func forgotten() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        defer { ring.deallocate() }
        for number in 0..<1000 as Range<UInt64> {
            #expect(ring.reserve(AccessEntry.bytesMax) != nil)
            #expect(ring.next() == nil)
            #expect(Self.write(number, to: ring))
            #expect(ring.next().map { Self.isWhole($0, number) } == true)
            ring.consume()
        }
    }

    @Test("an entry made elsewhere is copied whole")
    func copying() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: AccessEntry.bytesMax, alignment: 8)
        defer {
            ring.deallocate()
            memory.deallocate()
        }
        var record = AccessRecord()
        record.exchange = 77
        let entry = AccessEntry.begin(record, in: memory)
        for text in AccessText.allCases.reversed() {
            let bytes = Self.content(text, of: 77)
            entry.append(text, bytes, count: bytes.count, capacity: AccessEntry.bytesMax)
        }
        var wakes = true
        #expect(ring.write(entry, wakes: &wakes) && !wakes)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: AccessEntry.bytesMax)
        #expect(ring.next().map { Self.isWhole($0, 77) } == true)
    }

    @Test("the writer is told once, when the ring has become more than half full")
    func half() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        defer { ring.deallocate() }
        let size = AccessRing.capacityMin / 16 - 8
        func commitOne() -> Bool {
            guard let memory = ring.reserve(size) else { return false }
            _ = AccessEntry.begin(AccessRecord(), in: memory)
            return ring.commit(size)
        }
        for _ in 0..<3 {
            // Eight are half of it; the ninth is more.
            #expect((0..<16).map { _ in commitOne() } == (0..<16).map { $0 == 8 })
            for _ in 0..<16 {
                #expect(ring.next() != nil)
                ring.consume()
            }
        }
    }

    @Test("two threads: nothing is lost, doubled or torn")
    func twoThreads() {
        let ring = AccessRing(capacity: AccessRing.capacityMin)
        let total: UInt64 = 30_000
        ThreadOfTest.start {
            var number: UInt64 = 0
            while number < total {
                if Self.write(number, to: ring) { number += 1 } else { sched_yield() }
            }
        }
        var expected: UInt64 = 0
        var torn = 0
        let isDone = eventually(within: 60_000) {
            while let entry = ring.next() {
                if !Self.isWhole(entry, expected) { torn += 1 }
                ring.consume()
                expected += 1
            }
            return expected == total
        }
        #expect(isDone && torn == 0, "\(expected) came, \(torn) were wrong")
        ring.deallocate()
    }

    @Test("a capacity that is no power of two traps")
    func capacity() async {
        await #expect(processExitsWith: .failure) { _ = AccessRing(capacity: 20_000) }
    }

    @Test("more than was reserved is not committed")
    func overrun() async {
        await #expect(processExitsWith: .failure) {
            let ring = AccessRing(capacity: AccessRing.capacityMin)
            _ = ring.reserve(200)
            _ = ring.commit(201)
        }
    }
}
