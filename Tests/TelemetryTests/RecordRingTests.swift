// The ring between a worker and the log: bounded, in order, and whole across threads.

import Glibc
import Support
import Telemetry
import Testing

@Suite("Record rings")
struct RecordRingTests {
    private func record(_ number: UInt64) -> WorkerRecord {
        WorkerRecord(
            .backendFailed, subject: UInt32(truncatingIfNeeded: number),
            code: Int32(truncatingIfNeeded: number &* 3), value: number)
    }

    @Test("it takes as many records as it has room for, and one more after each that is read")
    func capacity() {
        let ring = RecordRing()
        defer { ring.deallocate() }
        #expect(ring.read() == nil)
        for number in 0..<UInt64(RecordRing.capacity) { #expect(ring.write(record(number))) }
        #expect(!ring.write(record(999)))
        #expect(ring.read()?.value == 0)
        #expect(ring.write(record(256)))
        #expect(!ring.write(record(999)))
        for number in 1...UInt64(RecordRing.capacity) { #expect(ring.read()?.value == number) }
        #expect(ring.read() == nil)
    }

    @Test("records come out in order and unchanged, however often the ring wraps around")
    func order() {
        var random = SeededGenerator()
        let ring = RecordRing()
        defer { ring.deallocate() }
        var written: UInt64 = 0
        var read: UInt64 = 0
        var isInOrder = true
        for _ in 0..<2000 {
            for _ in 0..<Int.random(in: 0...40, using: &random) where ring.write(record(written)) {
                written += 1
            }
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                guard let next = ring.read() else {
                    isInOrder = isInOrder && read == written
                    break
                }
                isInOrder = isInOrder && next.value == read
                read += 1
            }
        }
        #expect(isInOrder, "seed \(random.seed)")
        #expect(read > UInt64(RecordRing.capacity) * 10, "seed \(random.seed)")
    }

    @Test("two threads: nothing is lost, doubled or torn")
    func twoThreads() {
        let ring = RecordRing()
        let total: UInt64 = 100_000
        ThreadOfTest.start {
            var number: UInt64 = 0
            while number < total {
                let next = WorkerRecord(
                    .backendReturned, subject: UInt32(truncatingIfNeeded: number),
                    code: Int32(truncatingIfNeeded: number &* 3), value: number)
                if ring.write(next) { number += 1 } else { sched_yield() }
            }
        }
        var expected: UInt64 = 0
        var torn = 0
        let isDone = eventually(within: 60_000) {
            while let next = ring.read() {
                if next.value != expected || next.subject != UInt32(truncatingIfNeeded: expected)
                    || next.code != Int32(truncatingIfNeeded: expected &* 3)
                {
                    torn += 1
                }
                expected += 1
            }
            return expected == total
        }
        #expect(isDone && torn == 0, "\(expected) came, \(torn) were wrong")
        ring.deallocate()
    }
}
