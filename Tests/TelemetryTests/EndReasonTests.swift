// The words that go to logs, metrics and status, and the cells they are counted in.

import Telemetry
import Testing

@Suite("The vocabulary of reasons")
struct EndReasonTests {
    @Test("each reason has a word of its own that a metric label takes as it is")
    func words() {
        let words = EndReason.allCases.map(\.word)
        #expect(Set(words).count == words.count)
        for word in words + [Blame.none, .downstream, .upstream, .proxy].map(\.word) {
            let isPlain = word.utf8.allSatisfy {
                $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 == UInt8(ascii: "_")
            }
            #expect(isPlain && !word.isEmpty, "\(word)")
        }
    }

    @Test("nobody is to blame for what ended as it should, and for nothing else")
    func blame() {
        #expect(EndReason.allCases.filter { $0.blame == .none } == [.completed, .keepAliveTimeout])
    }

    @Test("a listener's counters and reasons share its row without meeting")
    func cells() {
        var cells = ListenerCounter.allCases.map(\.rawValue)
        cells += EndReason.allCases.map { ListenerCounter.ended($0) }
        #expect(Set(cells).count == cells.count)
        #expect(cells.sorted() == Array(0..<ListenerCounter.cellCount))
    }

    @Test("counters without reasons are numbered from zero without a gap")
    func rawValues() {
        let backend = BackendCounter.allCases.map(\.rawValue)
        let worker = WorkerCounter.allCases.map(\.rawValue)
        #expect(backend == Array(0..<backend.count))
        #expect(worker == Array(0..<worker.count))
    }
}
