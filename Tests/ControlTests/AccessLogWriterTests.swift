// From rings to files: all lines, in order, in the files they belong to, and never a wait.

import Glibc
import Linux
import Support
import Telemetry
import Testing

@testable import Control

@Suite("Writing access logs")
struct AccessLogWriterTests {
    private let directory = TemporaryDirectory()
    private static let format = AccessLineFormat.template([
        .variable(.word(.exchange)), .literal(" "), .variable(.word(.listener)),
    ])

    private func destination(_ name: String) -> AccessDestination {
        AccessDestination(file: directory.file(name), format: Self.format)
    }

    private func writer(_ known: Set<UInt32> = [1, 2]) -> AccessLogWriter {
        AccessLogWriter { subject, number in
            known.contains(number) ? "\(subject)\(number)" : nil
        }
    }

    private func text(_ name: String) -> String { TextFile.read(directory.file(name)) }

    /// Rings that go away with it.
    private final class Rings {
        let list: [AccessRing]
        init(_ count: Int) {
            list = (0..<count).map { _ in AccessRing(capacity: 1 << 20) }
        }
        deinit { for ring in list { ring.deallocate() } }

        func write(_ number: UInt64, listener: UInt32, ring: Int = 0) -> Bool {
            let fixture = AccessFixture([:]) {
                $0.exchange = number
                $0.listener = listener
            }
            var wakes = false
            return list[ring].write(fixture.entry, wakes: &wakes)
        }
    }

    @Test("each listener's lines go to its file in its format; listeners may share one")
    func destinations() throws {
        let writer = writer([1, 2, 3, 4])
        try writer.configure([
            1: destination("a"),
            2: AccessDestination(
                file: directory.file("a"), format: .template([.variable(.word(.status))])),
            3: destination("b"), 4: nil,
        ])
        let rings = Rings(1)
        for (index, listener) in [1, 2, 3, 4, 99, 1].enumerated() {
            #expect(rings.write(UInt64(index), listener: UInt32(listener)))
        }
        #expect(!writer.drain(rings.list))
        #expect(text("a") == "0 listener1\n200\n5 listener1\n")
        #expect(text("b") == "2 listener3\n")
        #expect(writer.lostLines == 0 && !writer.isWaiting)
        #expect(writer.notices(rings.list).isEmpty)
    }

    @Test("all entries of all rings are written in the order of their ring, a batch at a time")
    func batches() throws {
        let writer = writer()
        try writer.configure([1: destination("log")])
        let rings = Rings(3)
        let counts = [2000, 10, 1500]
        for (ring, count) in counts.enumerated() {
            for number in 0..<count {
                #expect(rings.write(UInt64(ring * 10_000 + number), listener: 1, ring: ring))
            }
        }
        var rounds = 0
        while writer.drain(rings.list) { rounds += 1 }
        #expect(rounds >= 3510 / AccessLogWriter.batchMax)
        let numbers = text("log").split(separator: "\n").compactMap {
            $0.split(separator: " ").first.flatMap { Int($0) }
        }
        for (ring, count) in counts.enumerated() {
            let own = numbers.filter { $0 / 10_000 == ring }
            #expect(own == (0..<count).map { ring * 10_000 + $0 })
        }
        #expect(numbers.count == counts.reduce(0, +))
    }

    @Test("a busy ring does not keep the others waiting")
    func fairness() throws {
        let writer = writer()
        try writer.configure([1: destination("log")])
        let rings = Rings(2)
        for number in 0..<3000 { #expect(rings.write(UInt64(number), listener: 1)) }
        #expect(rings.write(77_777, listener: 1, ring: 1))
        #expect(writer.drain(rings.list))
        #expect(text("log").contains("77777 "))
    }

    @Test("files that were moved away are made anew, all of them")
    func reopening() throws {
        let writer = writer()
        try writer.configure([1: destination("a"), 2: destination("b")])
        let rings = Rings(1)
        func write(_ number: UInt64) {
            for listener in [1, 2] as [UInt32] {
                #expect(rings.write(number, listener: listener))
            }
            #expect(!writer.drain(rings.list))
        }
        write(1)
        for name in ["a", "b"] { rename(directory.file(name), directory.file("\(name).1")) }
        write(2)
        #expect(writer.reopen().isEmpty)
        write(3)
        for (name, listener) in [("a", 1), ("b", 2)] {
            #expect(text("\(name).1") == "1 listener\(listener)\n2 listener\(listener)\n")
            #expect(text(name) == "3 listener\(listener)\n")
        }
    }

    @Test("a configuration whose file cannot be opened changes nothing")
    func refusal() throws {
        let writer = writer()
        try writer.configure([1: destination("log")])
        #expect(throws: SystemError("open", ENOENT)) {
            try writer.configure([1: destination("new"), 2: destination("missing/log")])
        }
        let rings = Rings(1)
        #expect(rings.write(1, listener: 1) && rings.write(2, listener: 2))
        #expect(!writer.drain(rings.list))
        #expect(text("log") == "1 listener1\n")
    }

    @Test("a listener that is gone finishes in its log for as long as it has a name")
    func finishing() throws {
        final class Known { var numbers: Set<UInt32> = [1, 2] }
        let known = Known()
        let writer = AccessLogWriter { _, number in
            known.numbers.contains(number) ? "n\(number)" : nil
        }
        try writer.configure([1: destination("a"), 2: destination("b")])
        let rings = Rings(1)
        try writer.configure([2: destination("b")])
        #expect(rings.write(1, listener: 1))
        _ = writer.drain(rings.list)
        #expect(text("a") == "1 n1\n")
        known.numbers = [2]
        try writer.configure([2: destination("b")])
        #expect(rings.write(2, listener: 1) && rings.write(3, listener: 2))
        _ = writer.drain(rings.list)
        #expect(text("a") == "1 n1\n" && text("b") == "3 n2\n")
        try writer.configure([2: nil])
        #expect(rings.write(4, listener: 2))
        _ = writer.drain(rings.list)
        #expect(text("b") == "3 n2\n", "turned off")
    }

    @Test("what was taken down for another format is not told in the places of this one")
    func changedFormat() throws {
        func extras(_ all: [AccessLineFormat.Extra]) -> AccessLineFormat.Extras {
            var extras = AccessLineFormat.Extras()
            for extra in all { _ = extras.variable(extra) }
            return extras
        }
        let asked = extras([.requestField("x-a")])
        let writer = writer()
        try writer.configure([
            1: AccessDestination(
                file: directory.file("log"),
                format: .template([.variable(.word(.method)), .variable(.extra(0))]),
                extras: asked)
        ])
        let others = [
            extras([]), extras([.requestField("x-b")]), extras([.responseField("x-a")]),
            extras([.cookie("x-a")]), extras([.requestField("x-a"), .cookie("x-a")]),
        ]
        let rings = Rings(1)
        for mark in [asked.mark] + others.map(\.mark) + [0] {
            let fixture = AccessFixture([.method: Array("GET".utf8), .extra0: Array("a".utf8)]) {
                $0.extrasMark = mark
            }
            var wakes = false
            #expect(rings.list[0].write(fixture.entry, wakes: &wakes))
        }
        _ = writer.drain(rings.list)
        #expect(text("log") == "GETa\n" + String(repeating: "GET-\n", count: 6))
    }

    @Test("a pipe that nobody empties never blocks; what is lost is counted and told once")
    func slowReader() throws {
        let path = directory.file("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let writer = writer()
        let padding = String(repeating: "x", count: 1000)
        try writer.configure([
            1: AccessDestination(file: path, format: .template([.literal(padding)]))
        ])
        let rings = Rings(1)
        var notices: [AccessNotice] = []
        var written = 0
        while written < 10_000 {
            for _ in 0..<500 where rings.write(0, listener: 1) { written += 1 }
            _ = writer.drain(rings.list)
            notices += writer.notices(rings.list)
        }
        #expect(writer.isWaiting && writer.lostLines > 0)
        #expect(writer.notices(rings.list).isEmpty, "what waits may yet be lost")
        try #require(notices.count == 1)
        #expect(notices[0].place == .file(path))
        guard case .began = notices[0].loss else {
            Issue.record("\(notices[0])")
            return
        }
        var received = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let isEmptied = eventually {
            writer.flush()
            while case let count = read(reader, &buffer, buffer.count), count > 0 {
                received += count
            }
            return !writer.isWaiting
        }
        #expect(isEmptied)
        #expect(writer.notices(rings.list).isEmpty, "nobody has tried since")
        #expect(rings.write(0, listener: 1))
        _ = writer.drain(rings.list)
        let ended = AccessNotice(place: .file(path), loss: .ended(writer.lostLines))
        #expect(writer.notices(rings.list) == [ended])
        while case let count = read(reader, &buffer, buffer.count), count > 0 { received += count }
        #expect(received == (written + 1 - Int(writer.lostLines)) * 1001, "whole lines only")
    }

    @Test("what workers could not hand over is told once too")
    func workersAhead() throws {
        let writer = writer()
        try writer.configure([1: destination("log")])
        let rings = Rings(1)
        var written: UInt64 = 0
        while rings.write(written, listener: 1) { written += 1 }
        #expect(writer.notices(rings.list) == [AccessNotice(place: .workers, loss: .began(1))])
        #expect(writer.notices(rings.list).isEmpty)
        while writer.drain(rings.list) {}
        #expect(writer.notices(rings.list) == [AccessNotice(place: .workers, loss: .ended(1))])
        #expect(text("log").split(separator: "\n").count == Int(written))
    }
}
