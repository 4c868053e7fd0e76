// Lines of the log: how often, how they look, and what time they say.

import Glibc
import Linux
import Logging
import Support
import Testing

import Config
@testable import Control

@Suite("Log throttling")
struct LogThrottleTests {
    @Test("the first few lines of a window are written, the rest counted and told with the next")
    func window() {
        var throttle = LogThrottle()
        let start: UInt64 = 1_000_000
        for index in 0..<LogThrottle.linesPerWindow {
            #expect(throttle.judge("a", at: start + UInt64(index)) == .write(suppressed: 0))
        }
        for index in 0..<100 {
            #expect(throttle.judge("a", at: start + 100 + UInt64(index)) == .suppress)
        }
        let last = start + LogThrottle.windowMs - 1
        #expect(throttle.judge("a", at: last) == .suppress)
        #expect(throttle.judge("a", at: last + 1) == .write(suppressed: 101))
        for _ in 1..<LogThrottle.linesPerWindow {
            #expect(throttle.judge("a", at: last + 2) == .write(suppressed: 0))
        }
        #expect(throttle.judge("a", at: last + 2) == .suppress)
        #expect(throttle.judge("a", at: last + 1 + LogThrottle.windowMs) == .write(suppressed: 1))
    }

    @Test("keys do not take each other's turns")
    func keys() {
        var throttle = LogThrottle()
        for _ in 0..<100 { _ = throttle.judge("a", at: 0) }
        #expect(throttle.judge("b", at: 0) == .write(suppressed: 0))
        #expect(throttle.judge("a", at: 0) == .suppress)
    }

    @Test("a flood of new keys is forgotten, and the throttle goes on")
    func flood() {
        var throttle = LogThrottle()
        for _ in 0..<100 { _ = throttle.judge("old", at: 0) }
        for index in 0..<LogThrottle.keysMax {
            #expect(throttle.judge("\(index)", at: 0) == .write(suppressed: 0))
        }
        #expect(throttle.judge("old", at: 0) == .write(suppressed: 0), "begun anew")
    }
}

@Suite("Setting the log up")
struct LogOutputTests {
    @Test("a log whose file cannot be opened stays as it was in everything")
    func failure() {
        let output = LogOutput()
        var configuration = LogConfiguration()
        configuration.format = .json
        configuration.level = .error
        configuration.file = "/nowhere/at/all/sluice.log"
        #expect(throws: SystemError("open", ENOENT)) { try output.configure(configuration) }
        #expect(output.format == .text && output.level == .info)
        configuration.file = nil
        #expect(throws: Never.self) { try output.configure(configuration) }
        #expect(output.format == .json && output.level == .error)
    }
}

@Suite("Log lines")
struct LogLineTests {
    private func line(_ message: String, _ fields: [(String, String)] = []) -> LogLine {
        LogLine(nanoseconds: 0, level: .warning, message: message, fields: fields)
    }

    @Test("a line reads as a sentence and its fields")
    func text() {
        let line = line("backend failed", [("backend", "10.0.0.1:80"), ("error", "no way")])
        #expect(
            line.text == "1970-01-01T00:00:00.000Z warning backend failed backend=10.0.0.1:80 "
                + "error=\"no way\"")
        #expect(
            line.json == "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"warning\","
                + "\"message\":\"backend failed\",\"backend\":\"10.0.0.1:80\","
                + "\"error\":\"no way\"}")
    }

    @Test(
        "values that could be mistaken are quoted",
        arguments: [
            ("", "\"\""), ("a b", "\"a b\""), ("a\"b", "\"a\\\"b\""), ("a\nb", "\"a\\nb\""),
            ("plain", "plain"), ("a=b", "a=b"), ("é", "é"), ("\u{1b}[31m", "\"\\u001b[31m\""),
            ("\u{9b}31m", "\"\\u009b31m\""), ("a\u{2028}b", "\"a\\u2028b\""),
            ("\"\u{301}", "\"\\\"\u{301}\""),
        ])
    func quoting(value: String, shown: String) {
        #expect(line("m", [("k", value)]).text.hasSuffix(" m k=\(shown)"))
    }

    @Test("whatever it holds, a line is one line and no terminal obeys it")
    func oneLine() {
        var random = SeededGenerator()
        let scalars: [Unicode.Scalar] = [
            "\n", "\r", "\t", "\0", "\u{b}", "\u{c}", "\u{1b}", "\u{7f}", "\u{85}", "\u{9b}",
            "\u{2028}", "\u{2029}", "\"", "\\", " ", "=", "a", "é", "\u{301}", "\u{1F600}",
        ]
        for _ in 0..<500 {
            func content() -> String {
                var text = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...6, using: &random) {
                    text.append(scalars.randomElement(using: &random)!)
                }
                return String(text)
            }
            let line = line(content(), [("first", content()), ("second", content())])
            for shown in [line.text, line.json] {
                let isPlain = shown.unicodeScalars.allSatisfy { scalar in
                    scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
                        && scalar.value != 0x2028 && scalar.value != 0x2029
                }
                #expect(isPlain, "\(shown.debugDescription), seed \(random.seed)")
            }
        }
    }

    @Test("JSON strings hold what went in")
    func jsonRoundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let value = UInt32.random(in: 0...0x2100, using: &random)
                text.append(Unicode.Scalar(value) ?? "x")
            }
            let original = String(text)
            let quoted = JSONText.quoted(original)
            #expect(unquoted(quoted) == Array(original.unicodeScalars), "seed \(random.seed)")
        }
    }

    /// Reads a JSON string by the grammar of RFC 8259, section 7; nil when it is none.
    private func unquoted(_ text: String) -> [Unicode.Scalar]? {
        var input = Array(text.unicodeScalars)[...]
        guard input.popFirst() == "\"", input.popLast() == "\"" else { return nil }
        var result: [Unicode.Scalar] = []
        while let next = input.popFirst() {
            guard next.value >= 0x20, next != "\"" else { return nil }
            guard next == "\\" else {
                result.append(next)
                continue
            }
            switch input.popFirst() {
            case "\"": result.append("\"")
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "t": result.append("\t")
            case "u":
                let digits = String(String.UnicodeScalarView(input.prefix(4)))
                input = input.dropFirst(4)
                guard digits.count == 4, let value = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(value)
                else { return nil }
                result.append(scalar)
            default: return nil
            }
        }
        return result
    }
}

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "known moments",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_399_001, "2100-02-28T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(UInt64, String)])
    func known(milliseconds: UInt64, text: String) {
        #expect(Timestamp.text(milliseconds * 1_000_000) == text)
        #expect(Timestamp.text(milliseconds * 1_000_000 + 999_999) == text, "never rounded up")
    }

    @Test("any moment is what the C library says it is")
    func oracle() {
        var random = SeededGenerator()
        for index in 0..<2000 {
            let nanoseconds =
                index == 0 ? UInt64.max : UInt64.random(in: 0...UInt64.max, using: &random)
            var seconds = time_t(nanoseconds / 1_000_000_000)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            strftime(&buffer, 64, "%Y-%m-%dT%H:%M:%S", &parts)
            let end = buffer.firstIndex(of: 0)!
            let date = String(decoding: buffer[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let text = Timestamp.text(nanoseconds)
            #expect(text.hasPrefix(date) && text.utf8.count == 24, "seed \(random.seed)")
            let fraction = UInt64(text.dropFirst(20).dropLast())
            #expect(fraction == nanoseconds / 1_000_000 % 1000, "seed \(random.seed)")
        }
    }
}
