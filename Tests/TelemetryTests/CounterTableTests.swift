// Counters: rows that do not meet, and sums over them.

import Support
import Telemetry
import Testing

@Suite("Counter tables")
struct CounterTableTests {
    @Test("each row begins on a cache line that no other row has", arguments: [1, 7, 8, 9, 20])
    func lines(cellCount: Int) {
        let table = CounterTable(rowCount: 5, cellCount: cellCount)
        defer { table.deallocate() }
        var lines: Set<UInt> = []
        for index in 0..<5 {
            // The row's only stored property is the address of its first cell.
            let first = unsafeBitCast(table.row(index), to: UInt.self)
            #expect(first % 64 == 0, "row \(index)")
            for line in first / 64...(first + UInt(cellCount) * 8 - 1) / 64 {
                #expect(lines.insert(line).inserted, "row \(index) shares a line")
            }
        }
    }

    @Test("a sum is what all rows counted, of that cell alone")
    func sums() {
        var random = SeededGenerator()
        let table = CounterTable(rowCount: 4, cellCount: 9)
        defer { table.deallocate() }
        var expected = [UInt64](repeating: 0, count: 9)
        for _ in 0..<1000 {
            let cell = Int.random(in: 0..<9, using: &random)
            let amount = UInt64.random(in: 0..<1000, using: &random)
            table.row(Int.random(in: 0..<4, using: &random)).add(cell, amount)
            expected[cell] += amount
        }
        #expect((0..<9).map { table.sum($0) } == expected, "seed \(random.seed)")
    }

    @Test("counters begin at zero and wrap instead of trapping")
    func wraps() {
        let table = CounterTable(rowCount: 1, cellCount: 1)
        defer { table.deallocate() }
        #expect(table.sum(0) == 0)
        table.row(0).add(0, .max)
        table.row(0).add(0, 3)
        #expect(table.row(0).value(0) == 2)
    }

    @Test("a reader sees a counter of another thread only grow, up to all that was counted")
    func otherThread() {
        let table = CounterTable(rowCount: 2, cellCount: 3)
        ThreadOfTest.start { for _ in 0..<100_000 { table.row(1).add(2) } }
        var last: UInt64 = 0
        let isDone = eventually {
            let value = table.sum(2)
            if value < last { Issue.record("the counter went back from \(last) to \(value)") }
            last = value
            return value == 100_000
        }
        #expect(isDone, "stopped at \(last)")
        table.deallocate()
    }

    @Test("a row that does not exist traps")
    func rowOutOfRange() async {
        await #expect(processExitsWith: .failure) {
            _ = CounterTable(rowCount: 1, cellCount: 1).row(1)
        }
    }
}
