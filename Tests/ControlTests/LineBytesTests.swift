// Bytes of lines: escaping of each byte wherever it stands, and numbers as digits.

import Support
import Testing

@testable import Control

@Suite("Bytes of lines")
struct LineBytesTests {
    private func text(_ build: (inout LineBytes) -> Void) -> String {
        var line = LineBytes(capacity: 1)
        build(&line)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test("each byte is escaped or not by what it is, wherever it stands", arguments: 0...20)
    func escaping(place: Int) {
        for byte in UInt8.min...UInt8.max {
            var bytes = [UInt8](repeating: UInt8(ascii: "~"), count: 21)
            bytes[place] = byte
            let before = String(repeating: "~", count: place)
            let after = String(repeating: "~", count: 20 - place)
            let asText = text { line in bytes.withUnsafeBytes { line.append(textEscaping: $0) } }
            let asJSON = text { line in bytes.withUnsafeBytes { line.append(jsonEscaping: $0) } }
            let hex = String(byte, radix: 16)
            let padded = (byte < 16 ? "0" : "") + hex
            let scalar = Unicode.Scalar(byte)
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                #expect(asText == before + "\\x" + padded.uppercased() + after)
                #expect(asJSON == before + "\\\(scalar)" + after)
            case 0x20...0x7e:
                #expect(asText == before + "\(scalar)" + after)
                #expect(asJSON == before + "\(scalar)" + after)
            case 0x0a, 0x0d, 0x09:
                #expect(asText == before + "\\x" + padded.uppercased() + after)
                let letter = byte == 0x0a ? "n" : byte == 0x0d ? "r" : "t"
                #expect(asJSON == before + "\\" + letter + after)
            default:
                #expect(asText == before + "\\x" + padded.uppercased() + after)
                let shown = byte < 0x80 ? "00" + padded : "fffd"
                #expect(asJSON == before + "\\u" + shown + after)
            }
        }
    }

    @Test("text in any language stays as it is in JSON, but for what ends lines")
    func languages() {
        func json(_ text: String) -> String {
            self.text { line in Array(text.utf8).withUnsafeBytes { line.append(jsonEscaping: $0) } }
        }
        for word in ["grün", "日本語", "😀", "\u{a0}", "\u{10ffff}", ""] { #expect(json(word) == word) }
        #expect(json("a\u{2028}b\u{2029}c\u{85}") == "a\\u2028b\\u2029c\\u0085")
    }

    @Test("numbers are their digits")
    func numbers() {
        var random = SeededGenerator()
        var numbers: [UInt64] = [0, 9, 10, 99, 100, .max]
        for bits in 0..<64 { numbers.append(random.next() >> UInt64(bits)) }
        for number in numbers {
            #expect(text { $0.append(number: number) } == "\(number)", "seed \(random.seed)")
        }
        for number in 0..<1000 as Range<UInt32> {
            let digits = "\(number)"
            let padded = String(repeating: "0", count: 3 - digits.count) + digits
            #expect(text { $0.append(threeDigits: number) } == padded)
        }
    }

    @Test("it grows as it must and keeps what it has")
    func growing() {
        var random = SeededGenerator()
        var line = LineBytes(capacity: 1)
        var expected: [UInt8] = []
        for _ in 0..<200 {
            let count = Int.random(in: 0...100, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.withUnsafeBytes { line.append($0) }
            line.append(7)
            expected += bytes + [7]
        }
        line.replace(at: 0, by: 1)
        expected[0] = 1
        #expect(Array(line.bytes) == expected, "seed \(random.seed)")
    }
}
