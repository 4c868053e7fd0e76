// Backends by what a cookie says: every one is found, and nothing else finds one.

import Support
import Testing

@testable import Proxy

@Suite("Affinity by cookie")
struct AffinityPlanTests {
    /// Calls `body` with a plan of some values.
    private func plan(_ values: [AffinityValue], _ body: (AffinityPlan) -> Void) {
        let slots = AffinityPlan.slots(of: values)
        values.withUnsafeBufferPointer { values in
            slots.withUnsafeBufferPointer { slots in
                body(
                    AffinityPlan(
                        name: PlanText(), opening: PlanText(), ending: PlanText(),
                        isPrivate: true,
                        values: values.baseAddress!, slots: slots.baseAddress!,
                        slotCount: slots.count))
            }
        }
    }

    private func read(_ text: String) -> AffinityValue {
        var text = text
        return text.withUTF8 { AffinityValue.read($0) }
    }

    private func digits(_ value: AffinityValue) -> String {
        [value.high, value.low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    @Test("of any number of backends each is found by its value, and by no other one")
    func everyBackend() {
        var random = SeededGenerator()
        for count in [1, 2, 3, 100, 10_000] {
            let values = (0..<count).map { _ in
                AffinityValue(high: random.next(), low: random.next())
            }
            plan(values) { plan in
                for (place, value) in values.enumerated() {
                    #expect(plan.place(of: value) == place, "seed \(random.seed)")
                    #expect(plan.value(of: Int32(place)) == value)
                    let bit: UInt64 = 1 << (random.next() % 64)
                    for other in [
                        AffinityValue(high: value.high ^ bit, low: value.low),
                        AffinityValue(high: value.high, low: value.low ^ bit),
                    ] {
                        #expect(plan.place(of: other) == -1, "seed \(random.seed)")
                    }
                }
                #expect(plan.place(of: .none) == -1 && plan.place(of: .malformed) == -1)
            }
        }
    }

    @Test("values whose search begins at one place are told apart, round the end of the table too")
    func sameBeginning() {
        for low: UInt64 in [0, 5, 127] {
            let values = (0..<64).map { AffinityValue(high: $0, low: low) }
            plan(values) { plan in
                for (place, value) in values.enumerated() where value != .none {
                    #expect(plan.place(of: value) == place)
                }
                #expect(plan.place(of: AffinityValue(high: 64, low: low)) == -1)
            }
        }
    }

    @Test("of backends with one value the first is found, and without backends none")
    func twinsAndNobody() {
        let value = AffinityValue(high: 7, low: 7)
        plan([AffinityValue(high: 1, low: 7), value, value]) { plan in
            #expect(plan.place(of: value) == 1)
        }
        #expect(AffinityPlan.slots(of: []) == [-1, -1])
    }

    @Test("a search looks at few places, however many backends there are")
    func shortSearches() {
        var random = SeededGenerator()
        let values = (0..<10_000).map { _ in
            AffinityValue(high: random.next(), low: random.next())
        }
        let slots = AffinityPlan.slots(of: values)
        var longest = 0
        var run = 0
        for slot in slots + slots {
            run = slot < 0 ? 0 : run + 1
            longest = max(longest, run)
        }
        #expect(longest < 200, "seed \(random.seed)")
        #expect(slots.filter { $0 >= 0 }.count == 10_000)
    }

    @Test("the digits of a value are read, and nothing but 32 of them in lower case")
    func reading() {
        var random = SeededGenerator()
        for _ in 0..<1000 {
            let value = AffinityValue(high: random.next(), low: random.next())
            let text = digits(value)
            #expect(read(text) == value, "seed \(random.seed)")
            #expect(read(String(text.dropLast())) == .malformed)
            #expect(read(text + "0") == .malformed)
        }
        let good = "0123456789abcdef0123456789abcdef"
        #expect(
            read(good)
                == AffinityValue(high: 0x0123_4567_89ab_cdef, low: 0x0123_4567_89ab_cdef))
        for index in good.indices {
            for wrong in ["A", "F", "g", "/", ":", "`", " ", "\0"] {
                let text = good[..<index] + wrong + good[good.index(after: index)...]
                #expect(read(String(text)) == .malformed, "\(text)")
            }
        }
        #expect(read("") == .malformed)
        // What stands for a request without a cookie cannot be brought by one.
        #expect(read(String(repeating: "0", count: 32)) == .malformed)
    }
}
