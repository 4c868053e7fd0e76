// Access records with their texts: what is added comes back, and no text is longer than it may be.

import Support
import Telemetry
import Testing

@Suite("Access entries")
struct AccessEntryTests {
    /// An entry in memory of its own, and bytes after it that nobody may touch.
    private func withEntry(_ body: (AccessEntry) throws -> Void) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: AccessEntry.bytesMax + 64, alignment: 8)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0xa5)
        try body(AccessEntry.begin(AccessRecord(), in: memory.baseAddress!))
        #expect(memory[AccessEntry.bytesMax...].allSatisfy { $0 == 0xa5 })
    }

    @Test("texts come back as they were added, in whatever order, and empty when they were not")
    func texts() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            withEntry { entry in
                var expected: [AccessText: [UInt8]] = [:]
                let chosen = AccessText.allCases.shuffled(using: &random)
                    .prefix(Int.random(in: 0...AccessText.count, using: &random))
                for text in chosen {
                    let count = Int.random(in: 0...text.bytesMax, using: &random)
                    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                    entry.append(text, bytes, count: count, capacity: AccessEntry.bytesMax)
                    expected[text] = bytes
                }
                let total = expected.values.reduce(0) { $0 + $1.count }
                #expect(entry.byteCount == AccessEntry.bytesMin + total)
                #expect(!entry.record.pointee.flags.contains(.textCut))
                for text in AccessText.allCases {
                    #expect(
                        entry.text(text).elementsEqual(expected[text] ?? []),
                        "\(text), seed \(random.seed)")
                }
            }
        }
    }

    @Test("a text beyond its bound is cut, and that is told", arguments: AccessText.allCases)
    func bounds(text: AccessText) {
        withEntry { entry in
            let bytes = (0..<text.bytesMax + 1).map { UInt8(truncatingIfNeeded: $0) }
            entry.append(text, bytes, count: bytes.count, capacity: AccessEntry.bytesMax)
            #expect(entry.text(text).elementsEqual(bytes.dropLast()))
            #expect(entry.record.pointee.flags == [.textCut])
        }
    }

    @Test("all texts at their bounds fill an entry exactly")
    func all() {
        let sum = AccessText.allCases.reduce(0) { $0 + $1.bytesMax }
        #expect(sum == AccessText.totalBytesMax && AccessText.allCases.count == AccessText.count)
        withEntry { entry in
            for text in AccessText.allCases {
                let bytes = [UInt8](repeating: text.rawValue, count: text.bytesMax)
                entry.append(text, bytes, count: bytes.count, capacity: AccessEntry.bytesMax)
            }
            #expect(entry.byteCount == AccessEntry.bytesMax)
            #expect(!entry.record.pointee.flags.contains(.textCut))
        }
    }

    @Test("a smaller room cuts too", arguments: 0...12)
    func capacity(room: Int) {
        withEntry { entry in
            let capacity = AccessEntry.bytesMin + room
            entry.append(.method, Array("PROPFIND".utf8), count: 8, capacity: capacity)
            entry.append(.host, Array("host".utf8), count: 4, capacity: capacity)
            #expect(entry.text(.method).elementsEqual("PROPFIND".utf8.prefix(room)))
            #expect(entry.text(.host).elementsEqual("host".utf8.prefix(max(0, room - 8))))
            #expect(entry.record.pointee.flags.contains(.textCut) == (room < 12))
        }
    }

    @Test("what a format asks for has places of its own, after all others")
    func extras() {
        let extras = (0..<AccessText.extraCount).map { AccessText.extra($0) }
        #expect(extras == Array(AccessText.allCases.suffix(AccessText.extraCount)))
        #expect(!extras.contains(.forwardedClient))
    }

    @Test("extras can be taken out, and nothing else goes with them")
    func removal() {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: AccessEntry.bytesMax, alignment: 8)
        defer { memory.deallocate() }
        let entry = AccessEntry.begin(AccessRecord(), in: memory)
        for text in AccessText.allCases {
            let bytes = [text.rawValue, 7]
            entry.append(text, bytes, count: 2, capacity: AccessEntry.bytesMax)
        }
        let count = entry.byteCount
        entry.removeExtras()
        let extras = (0..<AccessText.extraCount).map { AccessText.extra($0) }
        for text in AccessText.allCases {
            let expected = extras.contains(text) ? [] : [text.rawValue, 7]
            #expect(Array(entry.text(text)) == expected, "\(text)")
        }
        #expect(entry.byteCount == count)
    }

    @Test("durations are whole microseconds, and never mistaken for a step not reached")
    func durations() {
        #expect(AccessRecord.microseconds(ofNanoseconds: 0) == 0)
        #expect(AccessRecord.microseconds(ofNanoseconds: 1999) == 1)
        #expect(AccessRecord.microseconds(ofNanoseconds: .max) == UInt32.max - 1)
        #expect(AccessRecord().connectMicroseconds == AccessRecord.notReached)
    }
}
