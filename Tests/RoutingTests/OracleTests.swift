// Random routes and requests from a small alphabet, so that they often meet: the tables against the
// plain rules.

import Routing
import Support
import Testing

struct OracleTests {
    private static let labels = ["a", "B", "cc", "a-long-label", "1"]
    private static let segments = ["", "a", "b", "v1", "segments", "a-long-segment", "A"]
    private static let methods = ["GET", "POST", "get", "PROPPATCH"]
    private static let names = ["x", "X", "Long-Name-Of-A-Field"]
    private static let values = [
        "", "1", "12", "2", "a value of many bytes", "a value of many byteS",
    ]

    /// How a run differs from others: whether priorities are given, and how many routes there are.
    struct Kind: CustomTestStringConvertible {
        var routes: ClosedRange<Int>
        var priorities: ClosedRange<Int>
        var tables: Int
        var testDescription: String { "\(routes) routes, priorities \(priorities)" }
    }

    static let kinds = [
        Kind(routes: 0...4, priorities: 0...0, tables: 1500),
        Kind(routes: 2...12, priorities: 0...0, tables: 1500),
        Kind(routes: 2...12, priorities: -1...1, tables: 1500),
        Kind(routes: 100...200, priorities: 0...0, tables: 20),
        Kind(routes: 100...200, priorities: -5...5, tables: 20),
    ]

    @Test("a look-up is what the rules say", arguments: kinds)
    func lookups(kind: Kind) {
        var generator = SeededGenerator()
        let seed = generator.seed
        var matched = 0
        var asked = 0
        for _ in 0..<kind.tables {
            let count = Int.random(in: kind.routes, using: &generator)
            let patterns = (0..<count).map { _ in Self.pattern(kind, &generator) }
            let table = RouteTable.build(patterns)
            defer { table.deallocate() }
            for _ in 0..<10 {
                let request = Self.request(&generator)
                let answer = table.match(request)
                let expected = Oracle.match(patterns, request)
                asked += 1
                matched += answer.index >= 0 ? 1 : 0
                guard (answer.index, answer.prefixLength) == expected else {
                    Issue.record(
                        "\(answer), not \(expected): \(request) in \(patterns), SLUICE_SEED=\(seed)"
                    )
                    return
                }
            }
        }
        // The alphabet is small enough for many to meet.
        #expect(matched > asked / 10, "\(matched) of \(asked)")
    }

    @Test("what is called shadowed is never the answer, and is all that never can be by equals")
    func shadows() {
        var generator = SeededGenerator()
        let seed = generator.seed
        let kind = Kind(routes: 2...30, priorities: 0...1, tables: 300)
        var found = 0
        for _ in 0..<kind.tables {
            let count = Int.random(in: kind.routes, using: &generator)
            var patterns = (0..<count).map { _ in Self.pattern(kind, &generator) }
            patterns += patterns.shuffled(using: &generator).prefix(3)
            let shadowed = RouteTable.shadowed(patterns)
            let hidden = Set(shadowed.map { Int32($0.index) })
            found += shadowed.count
            // A copy behind its original, or the original behind a copy of higher priority.
            #expect((count..<patterns.count).allSatisfy { hidden.contains(Int32($0)) })
            #expect(shadowed.allSatisfy { !hidden.contains(Int32($0.shadowedBy)) })
            for _ in 0..<20 {
                let request = Self.request(&generator)
                let answer = Oracle.match(patterns, request)
                #expect(!hidden.contains(answer.index), "\(request), SLUICE_SEED=\(seed)")
            }
            let table = RouteTable.build(patterns)
            defer { table.deallocate() }
            #expect(table.count == Int32(patterns.count))
        }
        #expect(found >= 600)
    }

    // Randomness ----------------------------------------------------------------------------

    private static func pattern(_ kind: Kind, _ generator: inout SeededGenerator) -> RoutePattern {
        RoutePattern(
            hosts: some(0...2, &generator) { host(&$0) },
            paths: some(0...2, &generator) { path(&$0) },
            methods: some(-3...2, &generator) { methods.randomElement(using: &$0)! },
            fields: some(-3...2, &generator) { condition(&$0) },
            parameters: some(-4...2, &generator) { condition(&$0) },
            priority: Int.random(in: kind.priorities, using: &generator))
    }

    private static func request(_ generator: inout SeededGenerator) -> PlainRequest {
        var request = PlainRequest()
        request.host = text(labels, 0...4, ".", &generator)
        if Int.random(in: 0..<6, using: &generator) == 0 { request.host += "." }
        request.path = "/" + text(segments, 0...4, "/", &generator)
        request.method = methods.randomElement(using: &generator)!
        for name in ["x", "X", "long-name-of-a-field"] {
            if Bool.random(using: &generator) {
                let value = values.randomElement(using: &generator)!
                if name == "X" { request.parameters[name] = value }
                if name != "X" { request.fields[name] = value }
            }
        }
        if Bool.random(using: &generator) { request.parameters["x"] = "1" }
        return request
    }

    private static func host(_ generator: inout SeededGenerator) -> HostPattern {
        var name = text(labels, 1...3, ".", &generator)
        if Int.random(in: 0..<8, using: &generator) == 0 { name += "." }
        return Bool.random(using: &generator) ? .exact(name) : .below(name)
    }

    private static func path(_ generator: inout SeededGenerator) -> PathPattern {
        let path = "/" + text(segments, 0...3, "/", &generator)
        return Int.random(in: 0..<3, using: &generator) == 0 ? .exact(path) : .prefix(path)
    }

    private static func condition(_ generator: inout SeededGenerator) -> ValueCondition {
        let name = names.randomElement(using: &generator)!
        let value = values.randomElement(using: &generator)!
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return ValueCondition(name, .exact(value))
        case 1: return ValueCondition(name, .prefix(value))
        case 2: return ValueCondition(name, .present)
        default: return ValueCondition(name, .absent)
        }
    }

    /// Some parts joined; the first of the alphabet come more often.
    private static func text(
        _ parts: [String], _ counts: ClosedRange<Int>, _ separator: String,
        _ generator: inout SeededGenerator
    ) -> String {
        some(counts, &generator) { generator in
            let last = Int.random(in: 0..<parts.count, using: &generator)
            return parts[Int.random(in: 0...last, using: &generator)]
        }.joined(separator: separator)
    }

    /// So many elements; none for a negative count.
    private static func some<Element>(
        _ counts: ClosedRange<Int>, _ generator: inout SeededGenerator,
        _ make: (inout SeededGenerator) -> Element
    ) -> [Element] {
        let count = Int.random(in: counts, using: &generator)
        return (0..<max(count, 0)).map { _ in make(&generator) }
    }
}
