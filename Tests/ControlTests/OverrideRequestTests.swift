// Operators' requests: read strictly, and answered in words that help.

import FoundationEssentials
import Support
import Testing

@testable import Control

@Suite("Operators' requests")
struct OverrideRequestTests {
    private func parse(_ body: String, _ action: OperatorAction = .drain) -> OperatorRequest? {
        try? OperatorRequest.parse(Array(body.utf8), for: action)
    }

    private func problem(_ body: String, _ action: OperatorAction = .drain) -> String? {
        do {
            _ = try OperatorRequest.parse(Array(body.utf8), for: action)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("a body is taken with what its action knows")
    func taken() {
        #expect(parse(#"{"target":"a/b"}"#) == OperatorRequest(target: "a/b"))
        #expect(
            parse(#" { "reason": "é \"x\"", "for": "30m", "target": "a/*" } "#, .disable)
                == OperatorRequest(target: "a/*", durationMs: 1_800_000, reason: "é \"x\""))
        #expect(
            parse(#"{"target":"a/b","weight":0}"#, .weight)
                == OperatorRequest(target: "a/b", weight: 0))
        #expect(parse(#"{"target":"\u0061\/b\t\ud83d\ude00"}"#)?.target == "a/b\t\u{1F600}")
        for action in [OperatorAction.ready, .clear, .kill] {
            #expect(parse(#"{"target":"a/b","reason":"r"}"#, action)?.reason == "r")
        }
    }

    @Test(
        "what is missing, unknown or of another type is refused and named",
        arguments: [
            (OperatorAction.drain, "", "needs a body, such as {\"target\": \"cache/red\""),
            (.drain, "{", "not a JSON object"), (.drain, "[]", "not a JSON object"),
            (.drain, "null", "not a JSON object"), (.drain, "\"a/b\"", "not a JSON object"),
            (.drain, "{} {}", "not a JSON object"), (.drain, "\u{feff}{}x", "not a JSON object"),
            (.drain, "{}", "'target' is missing"),
            (.drain, #"{"target":7}"#, "'target' must be a string"),
            (.drain, #"{"target":null}"#, "'target' must be a string"),
            (.drain, #"{"tarket":"a/b"}"#, "unknown member \"tarket\"; did you mean 'target'?"),
            (.drain, #"{"target":"a/b","weight":1}"#, "unknown member \"weight\"; /drain takes"),
            (.drain, #"{"target":"a/b","for":30}"#, "'for' must be a string"),
            (.drain, #"{"target":"a/b","for":"30"}"#, "has no unit; write 30s"),
            (.drain, #"{"target":"a/b","for":"soon"}"#, "is not a duration"),
            (.drain, #"{"target":"a/b","for":"0s"}"#, "from 1ms to 365d"),
            (.drain, #"{"target":"a/b","for":"366d"}"#, "from 1ms to 365d"),
            (.drain, #"{"target":"a/b","reason":""}"#, "one line of text"),
            (.drain, #"{"target":"a/b","reason":"a\nb"}"#, "one line of text"),
            (.drain, #"{"target":"a/b","reason":"\u001b[2J"}"#, "one line of text"),
            (.drain, #"{"target":"a/b","reason":["a"]}"#, "\"reason\" must be a string or"),
            (.drain, #"{"target":{"a":"b"}}"#, "\"target\" must be a string or"),
            (.drain, #"{"target":"a/b","target":"a/*"}"#, "\"target\" is there twice"),
            (.drain, #"{"target":"a/b",}"#, "not a JSON object"),
            (.drain, #"{,"target":"a/b"}"#, "not a JSON object"),
            (.drain, #"{target:"a/b"}"#, "not a JSON object"),
            (.drain, #"{'target':'a/b'}"#, "not a JSON object"),
            (.drain, #"{"target" "a/b"}"#, "not a JSON object"),
            (.drain, #"{"target":"a/b"} x"#, "not a JSON object"),
            (.drain, #"{"target":a/b}"#, "not a JSON object"),
            (.drain, #"{"target":"a\q"}"#, "not a JSON object"),
            (.drain, #"{"target":"a\ud800"}"#, "not a JSON object"),
            (.drain, #"{"target":"a\u12g4"}"#, "not a JSON object"),
            (.drain, "{\"target\":\"a\nb\"}", "not a JSON object"),
            (.weight, #"{"target":"a/b","weight":05}"#, "not a JSON object"),
            (.weight, #"{"target":"a/b","weight":+5}"#, "not a JSON object"),
            (.weight, #"{"target":"a/b","weight":-}"#, "not a JSON object"),
            (.weight, #"{"target":"a/b","weight":99999999999999999999}"#, "a whole number"),
            (.ready, #"{"target":"a/b","for":"1m"}"#, "'for' has no meaning for /ready"),
            (.kill, #"{"target":"a/b","for":"1m"}"#, "'for' has no meaning for /kill"),
            (.weight, #"{"target":"a/b"}"#, "'weight' is missing"),
            (.weight, #"{"target":"a/b","weight":"5"}"#, "a whole number from 0 to 1000"),
            (.weight, #"{"target":"a/b","weight":true}"#, "a whole number from 0 to 1000"),
            (.weight, #"{"target":"a/b","weight":1.5}"#, "a whole number from 0 to 1000"),
            (.weight, #"{"target":"a/b","weight":-1}"#, "a whole number from 0 to 1000"),
            (.weight, #"{"target":"a/b","weight":1001}"#, "a whole number from 0 to 1000"),
            (.weight, #"{"target":"a/b","weight":1e99}"#, "a whole number from 0 to 1000"),
        ])
    func refused(action: OperatorAction, body: String, words: String) {
        let message = problem(body, action)
        #expect(message?.contains(words) == true, "\(body): \(message ?? "taken")")
    }

    @Test("a reason may be as long as the limit and no longer")
    func reasonLength() {
        func body(_ count: Int) -> String {
            #"{"target":"a/b","reason":""# + String(repeating: "x", count: count) + "\"}"
        }
        #expect(parse(body(ControlLimits.overrideReasonBytesMax)) != nil)
        #expect(problem(body(ControlLimits.overrideReasonBytesMax + 1)) != nil)
    }

    @Test("bytes that are no UTF-8 are refused")
    func encoding() {
        let body = Array(#"{"target":"a/"#.utf8) + [0xff] + Array("\"}".utf8)
        #expect(throws: OperatorRequest.Problem.self) {
            try OperatorRequest.parse(body, for: .drain)
        }
    }

    @Test("no body makes it trap, and Foundation takes all that it takes")
    func anyBody() {
        var random = SeededGenerator()
        let whole = Array(
            #"{"target":"a\u00e9/\ud83d\ude00","weight":10,"for":"1m","reason":"x"}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte =
                    Bool.random(using: &random)
                    ? whole.randomElement(using: &random)! : .random(in: 0...255, using: &random)
                if Bool.random(using: &random) {
                    bytes[index] = byte
                } else {
                    bytes.insert(byte, at: index)
                }
            }
            guard let members = try? FlatObject.read(bytes) else { continue }
            let other = try? FoundationsJSON.names(bytes)
            #expect(other == Set(members.keys), "\(bytes), seed \(random.seed)")
        }
    }

    @Test("a body that is cut anywhere is refused")
    func everyCut() {
        let whole = #"{"target":"a/b","for":"30m","reason":"x"}"#
        for count in 0..<whole.utf8.count { #expect(problem(String(whole.prefix(count))) != nil) }
    }

    // Targets -------------------------------------------------------------------------------

    @Test(
        "stars stand for anything, question marks for one character, the rest for itself",
        arguments: [
            ("a/b", "a", "b", true), ("a/b", "a", "B", false), ("a/b", "a", "bb", false),
            ("a/*", "a", "", true), ("a/*", "a", "b", true), ("a/*", "aa", "b", false),
            ("*/*", "a", "unix:/x/y", true), ("a/unix:/x/y", "a", "unix:/x/y", true),
            ("a/unix:*", "a", "unix:/x/y", true), ("?/b?", "a", "b1", true),
            ("?/b?", "a", "b", false), ("?/b?", "a", "b12", false), ("a/?", "a", "é", true),
            ("a/*1*:80", "a", "10.0.0.1:80", true), ("a/*1*:80", "a", "20.0.0.2:80", false),
            ("a/[::1]:80", "a", "[::1]:80", true), ("a/[::1]:80", "a", ":", false),
            ("a/b**c", "a", "bc", true), ("a/*b", "a", "abab", true), ("a/*b*b", "a", "ab", false),
        ])
    func patterns(text: String, upstream: String, backend: String, matches: Bool) throws {
        let pattern = try #require(TargetPattern(text))
        #expect(
            pattern.matches(BackendKey(upstream: upstream, backend: backend)) == matches,
            "\(text) \(upstream)/\(backend)")
    }

    @Test("a pattern has two parts", arguments: ["", "*", "a", "/", "a/", "/b"])
    func form(text: String) { #expect(TargetPattern(text) == nil) }

    @Test("many stars against a long name take no time worth speaking of")
    func hostilePattern() throws {
        let pattern = try #require(TargetPattern("a/" + String(repeating: "*a", count: 200) + "b"))
        let key = BackendKey(upstream: "a", backend: String(repeating: "a", count: 300))
        var matches = true
        let time = ContinuousClock().measure { matches = pattern.matches(key) }
        #expect(!matches && time < .seconds(1))
    }

    private static let advice = TargetAdvice(
        known: [
            ("cache", "red", "10.0.0.1:6379"), ("cache", "10.0.0.2:6379", "10.0.0.2:6379"),
            ("db", "primary", "10.1.0.1:5432"),
        ].map { TargetAdvice.Known(key: BackendKey(upstream: $0.0, backend: $0.1), address: $0.2) })

    @Test(
        "what is no target is told with what was meant",
        arguments: [
            ("cache", "for all of cache write 'cache/*'"), ("cache/", "write 'cache/*'"),
            ("red", "did you mean 'cache/red'?"), ("primry", "did you mean 'db/primary'?"),
            ("10.1.0.1:5432", "did you mean 'db/primary'?"), ("*", "write '*/*'"),
            ("zebra", "such as 'cache/red'"),
        ])
    func noTarget(text: String, words: String) {
        let message = Self.advice.notTarget(text)
        #expect(message.contains(words), "\(message)")
    }

    @Test(
        "a pattern that means nothing is told with near misses and with what there is",
        arguments: [
            ("cahce/red", "did you mean 'cache/red'?\n  upstreams here: cache, db"),
            ("zebra/*", "there is no upstream 'zebra'\n  upstreams here: cache, db"),
            ("cache/rde", "did you mean 'cache/red'?\n  backends of cache: 10.0.0.2:6379, red"),
            ("cache/10.0.0.1:6379", "goes by its name, 'cache/red'"),
            ("db/replica*", "no backend matches 'db/replica*'\n  backends of db: primary"),
            ("cache/\u{1b}[2J", "no backend matches 'cache/?[2J'"),
        ])
    func nothingMeant(text: String, words: String) throws {
        let pattern = try #require(TargetPattern(text))
        let message = Self.advice.noMatch(pattern)
        #expect(message.contains(words), "\(message)")
    }

    @Test("of many names some are listed and the rest counted")
    func manyNames() throws {
        let known = (0..<30).map {
            TargetAdvice.Known(key: BackendKey(upstream: "a", backend: "host\($0)"), address: nil)
        }
        let pattern = try #require(TargetPattern("a/zebra"))
        let message = TargetAdvice(known: known).noMatch(pattern)
        #expect(message.hasSuffix(", 18 more"), "\(message)")
    }
}

/// The names of an object's members as Foundation reads them.
private enum FoundationsJSON {
    private struct Names: Decodable {
        struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        let names: Set<String>
        init(from decoder: any Decoder) throws {
            names = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
        }
    }

    static func names(_ bytes: [UInt8]) throws -> Set<String> {
        try JSONDecoder().decode(Names.self, from: Data(bytes)).names
    }
}
