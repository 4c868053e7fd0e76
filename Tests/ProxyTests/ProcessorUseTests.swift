// How busy a worker is, by clocks that are moved by hand.

import Testing

@testable import Proxy

@Suite("Processor use")
struct ProcessorUseTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("the part of the time between two looks counts, not what was before")
    func windows() {
        var use = ProcessorUse()
        var time = 100 * Self.second
        var used: UInt64 = 7 * Self.second
        #expect(use.isDue(at: time))
        use.look(at: time, processorNs: used)
        #expect(use.percent == 0, "nothing is known by one look")
        for percent in [0, 1, 50, 99, 100, 3] {
            #expect(!use.isDue(at: time + Self.second - 1))
            time += Self.second
            used += Self.second * UInt64(percent) / 100
            #expect(use.isDue(at: time))
            use.look(at: time, processorNs: used)
            #expect(use.percent == percent)
        }
        time += 10 * Self.second
        used += 2 * Self.second
        use.look(at: time, processorNs: used)
        #expect(use.percent == 20, "a long pause is one window")
    }

    @Test("clocks that disagree by a little do no harm")
    func disagreement() {
        var use = ProcessorUse()
        use.look(at: 5 * Self.second, processorNs: 50)
        use.look(at: 6 * Self.second, processorNs: 50 + Self.second + 1000)
        #expect(use.percent == 100)
        use.look(at: 7 * Self.second, processorNs: 40)
        #expect(use.percent == 0)
        use.look(at: 7 * Self.second, processorNs: 60)
        #expect(use.percent == 0, "no time has passed")
    }
}
