// Any damage to a good file leaves a configuration or an error, and never a trap.

import Config
import Glibc
import Testing

/// A variable of the environment.
func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}

/// A small generator that can be repeated (SplitMix64, Steele et al., OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

@Suite struct MutationTests {
    private static let interesting: [[UInt8]] =
        [
            " ", "\n", "\t", "\r", ":", ": ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#", "&a ",
            "*a",
            "!t ", "|", ">", "?", "%", "---", "...", "~", "0", "9", "-1", "1e9", "ms", "off", "é",
            "\u{a0}",
            "\u{202e}", "\0", "\u{7f}", "\u{feff}", "99999999999999999999", "\\x00", "name",
            "backends:",
        ].map { Array($0.utf8) } + [[0xff], [0xc0], [0xed, 0xa0, 0x80], [0x80]]

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            bytes.insert(
                contentsOf: Self.interesting.randomElement(using: &random) ?? [], at: place)
        case 1:
            bytes.replaceSubrange(
                place..<end, with: Self.interesting.randomElement(using: &random) ?? [])
        case 2: bytes.removeSubrange(place..<end)
        case 3:
            bytes.insert(
                contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 4 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        default:
            if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        }
    }

    @Test func damagedFilesAreUsedOrRefused() {
        let seed = environment("SLUICE_SEED").flatMap(UInt64.init) ?? UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        for round in 0..<2000 {
            var bytes = Array([complete, completeHTTP, completeTLS][round % 3].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) { damage(&bytes, &random) }
            if round % 50 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            let result = ConfigurationFile.parse(bytes: bytes, name: "t.yaml")
            let errors = result.diagnostics.count { $0.severity == .error }
            let words: Comment = "SLUICE_SEED=\(seed), round \(round)"
            #expect((result.configuration == nil) == (errors > 0), words)
            for problem in result.diagnostics {
                #expect(problem.line > 0 && problem.column > 0 && problem.length > 0, words)
                let text = problem.text
                #expect(
                    text.unicodeScalars.allSatisfy {
                        $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f
                    },
                    words)
                for line in text.split(separator: "\n").dropFirst() where line.hasPrefix("    ") {
                    #expect(line.count <= 80, words)
                }
            }
        }
    }
}
