// Access lines: what they say, and that no client can make them say something else.

import FoundationEssentials
import Support
import Telemetry
import Testing

@testable import Control

@Suite("Access lines")
struct AccessLineTests {
    /// A value of a flat JSON object.
    private enum Value: Decodable, Equatable {
        case text(String)
        case number(Double)
        case flag(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private func object(_ fixture: AccessFixture) throws -> [String: Value] {
        let line = try #require(fixture.line(.json))
        return try JSONDecoder().decode([String: Value].self, from: Data(line))
    }

    @Test("a line of JSON tells what is known, in words and numbers, and nothing else")
    func json() throws {
        let expected: [String: Value] = [
            "time": .text("2026-01-31T12:00:00.042Z"), "client_ip": .text("192.0.2.1"),
            "client_port": .number(40_000), "listener": .text("web"), "upstream": .text("site"),
            "backend": .text("10.0.0.1:80"), "scheme": .text("http"), "method": .text("GET"),
            "host": .text("example.com"), "path": .text("/a/b"), "query": .text("?x=1"),
            "protocol": .text("HTTP/1.1"), "status": .number(200), "reason": .text("completed"),
            "blame": .text("none"), "retries": .number(0), "request_bytes": .number(120),
            "response_bytes": .number(900), "body_bytes": .number(612),
            "duration_ms": .number(12.345), "connect_ms": .number(0.078), "exchange": .number(7),
            "user_agent": .text("curl/8.0"), "worker": .number(0),
            "reused_downstream": .flag(true), "reused_upstream": .flag(false),
            "compressed": .flag(false), "upgraded": .flag(false), "cut": .flag(false),
        ]
        #expect(try object(AccessFixture()) == expected)
    }

    @Test("a line of JSON begins with the time, whatever follows")
    func order() {
        let line = AccessFixture().text(.json)
        #expect(
            line?.hasPrefix(
                "{\"time\":\"2026-01-31T12:00:00.042Z\",\"client_ip\":\"192.0.2.1\",") == true)
        #expect(line?.hasSuffix(",\"upgraded\":false,\"cut\":false}") == true)
    }

    @Test("the combined format is what nginx writes")
    func combined() {
        #expect(
            AccessFixture().text(.combined)
                == "192.0.2.1 - - [31/Jan/2026:12:00:00 +0000] \"GET /a/b?x=1 HTTP/1.1\" 200 612 "
                + "\"-\" \"curl/8.0\"")
        let nothing = AccessFixture([:]) { record in
            record.client = NetworkAddress()
            record.minorVersion = 0
            record.status = 0
            record.bodyBytesSent = 0
        }
        #expect(
            nothing.text(.combined)
                == "- - - [31/Jan/2026:12:00:00 +0000] \"- - HTTP/1.0\" - 0 \"-\" \"-\"")
    }

    @Test("a template is its text with what is told in the places of its variables")
    func template() throws {
        var extras = AccessLineFormat.Extras()
        let asked = (extras.variable(.requestField("x-trace")), extras.variable(.cookie("sid")))
        let trace = try #require(asked.0)
        let absent = try #require(asked.1)
        let fixture = AccessFixture([
            .target: Array("/p".utf8), .extra(0): Array("a\"b".utf8),
        ])
        let format = AccessLineFormat.template([
            .literal("ö\t{\""), .variable(.word(.status)), .literal("\" "),
            .variable(.word(.path)), .variable(.word(.query)), .literal(" "), .variable(trace),
            .literal(" "), .variable(absent), .literal(" "), .variable(.word(.durationMs)),
            .literal(" "), .variable(.word(.queueMs)), .variable(.word(.timeCommon)),
        ])
        #expect(
            fixture.text(format)
                == "ö\\x09{\"200\" /p- a\\x22b - 12.345 -31/Jan/2026:12:00:00 +0000")
    }

    @Test("a format has room for so many fields beyond those that every record has")
    func extras() {
        var extras = AccessLineFormat.Extras()
        #expect(extras.variable(.requestField("user-agent")) == .word(.userAgent))
        #expect(extras.variable(.requestField("referer")) == .word(.referer))
        #expect(extras.list.isEmpty)
        for index in 0..<AccessText.extraCount {
            #expect(extras.variable(.cookie("\(index)")) == .extra(index))
            #expect(extras.variable(.cookie("\(index)")) == .extra(index))
        }
        #expect(extras.variable(.requestField("one-more")) == nil)
        #expect(extras.variable(.cookie("0")) == .extra(0))
        #expect(extras.list.count == AccessText.extraCount)
    }

    @Test(
        "a target is told as path and query",
        arguments: [
            ("/", "/", "-"), ("/a?b?c", "/a", "?b?c"), ("/?", "/", "?"), ("*", "*", "-"),
            ("http://h/p?q", "/p", "?q"), ("http://h", "-", "-"), ("http://h?q", "-", "?q"),
            ("host:443", "host:443", "-"), ("/x://y", "/x://y", "-"), ("", "-", "-"),
        ])
    func targets(target: String, path: String, query: String) {
        let fixture = AccessFixture([.target: Array(target.utf8)])
        #expect(fixture.text(.template([.variable(.word(.path))])) == path)
        #expect(fixture.text(.template([.variable(.word(.query))])) == query)
    }

    @Test(
        "addresses are told as everybody writes them",
        arguments: [
            (NetworkAddress(ipv4: 0, port: 65_535), "0.0.0.0"),
            (NetworkAddress(ipv4: 0xFF0A_0001, port: 65_535), "255.10.0.1"),
            (NetworkAddress(ipv6: 0, 1, port: 65_535), "::1"),
            (NetworkAddress(ipv6: 0x2001_0db8_0000_0000, 0x42, port: 65_535), "2001:db8::42"),
        ])
    func addresses(address: NetworkAddress, shown: String) {
        let fixture = AccessFixture {
            $0.client = address
            $0.peer = address
            $0.server = address
        }
        for word in [AccessVariable.Word.clientIP, .peerIP, .serverIP] {
            #expect(fixture.text(.template([.variable(.word(word))])) == shown)
        }
        for word in [AccessVariable.Word.clientPort, .serverPort] {
            #expect(fixture.text(.template([.variable(.word(word))])) == "65535")
        }
    }

    @Test("a number without a name is told as a number, and a retry as one attempt less")
    func numbers() {
        let fixture = AccessFixture {
            $0.backend = 999
            $0.attemptCount = 3
            $0.bytesReceived = .max
        }
        #expect(fixture.text(.template([.variable(.word(.backend))])) == "#999")
        #expect(fixture.text(.template([.variable(.word(.retries))])) == "2")
        #expect(fixture.text(.template([.variable(.word(.requestBytes))])) == "\(UInt64.max)")
        let none = AccessFixture { $0.attemptCount = 0 }
        #expect(none.text(.template([.variable(.word(.retries))])) == "0")
    }

    @Test("many lines of many seconds each have their own time")
    func times() {
        var random = SeededGenerator()
        var line = AccessLine()
        var expected = ""
        for _ in 0..<200 {
            let start = UInt64.random(in: 0..<3_000_000_000_000_000_000, using: &random)
            for nanoseconds in [start, start + 1_000_000] {
                let fixture = AccessFixture([:]) { $0.startNanoseconds = nanoseconds }
                line.append(
                    fixture.entry, .template([.variable(.word(.time))]), AccessFixture.names)
                expected += Timestamp.text(nanoseconds) + "\n"
            }
        }
        let shown = Array(line.bytes.bytes)
        let count = line.count
        #expect(shown == Array(expected.utf8), "seed \(random.seed)")
        #expect(count == 400)
        line.removeAll()
        let left = (line.bytes.count, line.count)
        #expect(left == (0, 0))
    }

    /// Bytes that a client might send to break lines.
    private func hostile(_ random: inout SeededGenerator) -> [UInt8] {
        let pieces: [[UInt8]] = [
            [0x0a], [0x0d], [0x00], [0x1b], [0x7f], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80],
            [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80], [0xe2, 0x80, 0xa8], [0xc2, 0x85], [0xff],
            Array("\"".utf8), Array("\\".utf8), Array("\\x22".utf8), Array("\",\"a\":\"".utf8),
            Array("é".utf8), Array("😀".utf8), Array(" - - [".utf8),
            [.random(in: 0...255, using: &random)],
        ]
        return (0..<Int.random(in: 1...8, using: &random)).flatMap { _ in
            pieces.randomElement(using: &random)!
        }
    }

    @Test("whatever a client sends, a line of JSON is one object with one value for each key")
    func hostileJSON() throws {
        var random = SeededGenerator()
        for _ in 0..<1000 {
            var texts: [AccessText: [UInt8]] = [:]
            for text in [AccessText.host, .userAgent, .referer, .requestID, .forwardedClient] {
                texts[text] = hostile(&random)
            }
            let fixture = AccessFixture(texts)
            let line = try #require(fixture.line(.json))
            #expect(line.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "seed \(random.seed)")
            let shown = try object(fixture)
            let keys: [(AccessText, String)] = [
                (.host, "host"), (.userAgent, "user_agent"), (.referer, "referer"),
                (.requestID, "request_id"), (.forwardedClient, "forwarded_client"),
            ]
            for (text, key) in keys {
                // How many replacements stand for bytes that are no text is a matter of taste.
                let bytes = texts[text] ?? []
                let expected = String(decoding: bytes, as: UTF8.self)
                guard case .text(let found) = shown[key] else {
                    Issue.record("\(key) is missing, seed \(random.seed)")
                    continue
                }
                func kept(_ text: String) -> [Unicode.Scalar] {
                    text.unicodeScalars.filter { $0 != "\u{fffd}" }
                }
                #expect(kept(found) == kept(expected), "\(bytes), seed \(random.seed)")
                #expect(
                    found.unicodeScalars.contains("\u{fffd}")
                        == (String(validating: bytes, as: UTF8.self) == nil),
                    "\(bytes), seed \(random.seed)")
            }
        }
    }

    @Test("whatever a client sends, a combined line has its parts in their places, and all of them")
    func hostileCombined() throws {
        var random = SeededGenerator()
        for _ in 0..<1000 {
            let texts: [AccessText: [UInt8]] = [
                .target: hostile(&random), .userAgent: hostile(&random), .referer: hostile(&random),
            ]
            let line = try #require(AccessFixture(texts).text(.combined))
            #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }, "seed \(random.seed)")
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            try #require(parts.count == 7, "\(line), seed \(random.seed)")
            let request = parts[1].dropFirst("- ".count).dropLast(" HTTP/1.1".count)
            #expect(unescaped(request) == texts[.target], "\(line), seed \(random.seed)")
            #expect(unescaped(parts[3]) == texts[.referer], "\(line), seed \(random.seed)")
            #expect(unescaped(parts[5]) == texts[.userAgent], "\(line), seed \(random.seed)")
        }
    }

    /// Takes `\xNN` back.
    private func unescaped(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "x") {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                result.append(UInt8(digits, radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
