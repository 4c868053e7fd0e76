// How problems are shown.

import Config
import FoundationEssentials
import Testing

@Suite struct DiagnosticTests {
    private func drawn(_ text: String) -> String {
        parse(text).diagnostics.map(\.text).joined(separator: "\n")
    }

    @Test func anErrorShowsItsLineItsPlaceAndWhatIsRight() {
        #expect(
            drawn(
                small.replacing("upstream: site", with: "upstrem: site").replacing(
                    "web:", with: "web: # a")
            ) == """
                t.yaml:2:3: error: listener 'web' lacks the key 'upstream'
                      web: # a
                      ^^^
                  help: add upstream: site
                t.yaml:4:5: error: unknown key 'upstrem' in listener 'web'
                        upstrem: site
                        ^^^^^^^
                  help: did you mean 'upstream'?
                """)
    }

    @Test func aTabIsFourBlanksAndTheCaretIsBeneathItsWord() {
        #expect(
            drawn("{\tworker:\t1 }") == """
                t.yaml:1:3: error: unknown key 'worker' at the top level
                    {    worker:    1 }
                         ^^^^^^
                  help: did you mean 'workers'?
                """)
    }

    @Test func aLongLineIsCutAroundItsProblem() {
        let filler = (1...40).map { "\"10.0.0.\($0):80\"" }.joined(separator: ", ")
        let text = small.replacing(
            "\"10.0.0.1:80\"", with: filler + ", \"10.0.0.256:80\", " + filler)
        let lines = drawn(text).split(separator: "\n").map(String.init)
        #expect(lines.count == 3 + 40 * 3 || lines.count > 3)
        for line in lines.filter({ $0.hasPrefix("    ") }) { #expect(line.count <= 80) }
        let index = lines.firstIndex { $0.contains("'10.0.0.256' is not an IPv4 address") }
        guard let index else {
            Issue.record("no such line in \(lines)")
            return
        }
        #expect(lines[index + 1].hasPrefix("    …") && lines[index + 1].hasSuffix("…"))
        let start = lines[index + 2].prefix { $0 == " " }.count
        let carets = lines[index + 2].count - start
        #expect(lines[index + 1].dropFirst(start).prefix(carets) == "\"10.0.0.256:80\"")
    }

    @Test func aProblemAtAnyColumnFitsTheTerminal() {
        for column in [1, 2, 30, 75, 76, 77, 78, 100, 159, 160, 161, 162, 400, 5000] {
            for tail in [0, 1, 60, 80, 500] {
                let text =
                    "{" + String(repeating: " ", count: column - 1) + "x: 1"
                    + String(repeating: " ", count: tail) + "}"
                let lines = drawn(text).split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines[1].count <= 80)
                let start = lines[2].count - 1
                #expect(lines[2].last == "^")
                #expect(Array(lines[1])[start] == "x", "column \(column), tail \(tail)")
            }
        }
    }

    @Test func whatATerminalWouldObeyIsMadeVisible() {
        // A direction override, a blank that is none, and an escape from a quoted scalar.
        let text = "{ \"a\\eb\u{202e}\u{a0}\": 1 }"
        #expect(
            drawn(text) == """
                t.yaml:1:3: error: unknown key 'a\\u{1B}b\\u{202E}\\u{A0}' at the top level
                    { "a\\eb\\u{202E}\\u{A0}": 1 }
                      ^^^^^^^^^^^^^^^^^^^^
                  help: the keys here are workers, max_connections, drain_timeout, admin, log, \
                resolver, listeners, upstreams
                """)
    }

    @Test func longWordsOfTheFileAreCutInMessages() {
        let text = String(repeating: "k", count: 500) + ": 1\n"
        let message = parse(text).diagnostics.first?.message
        #expect(
            message
                == "unknown key '" + String(repeating: "k", count: 48) + "…' at the top level")
    }

    @Test func theNameOfTheFileIsMadeVisibleToo() {
        let result = ConfigurationFile.parse(text: "workers: x", name: "a\u{1b}[2J.yaml")
        #expect(result.diagnostics.first?.text.hasPrefix("a\\u{1B}[2J.yaml:1:10: error: ") == true)
    }

    @Test func problemsComeInTheOrderOfTheirPlaces() {
        let text = """
            upstreams:
              a: { backends: ["10.0.0.1"] }
            listeners:
              l: { bind: "10.0.0.1:80", upstream: b }
            workers: 0
            """
        #expect(
            parse(text).diagnostics.map { [$0.line, $0.column] } == [[2, 19], [4, 39], [5, 10]])
    }

    @Test func jsonIsAnArrayOfObjects() throws {
        let text = "\"w\\\"\\n\u{e9}\\e\": 1\ndrain_timeout: 5\n"
        let problems = parse(text).diagnostics
        #expect(
            Diagnostic.json(Array(problems.suffix(1))) == """
                [
                  {
                    "severity": "error",
                    "file": "t.yaml",
                    "line": 2,
                    "column": 16,
                    "length": 1,
                    "message": "'5' has no unit",
                    "suggestion": "write 5s, 5ms, 5m, 5h or 5d",
                    "sourceLine": "drain_timeout: 5"
                  }
                ]

                """)
        struct Read: Decodable, Equatable {
            var severity, file, message: String
            var suggestion, sourceLine: String?
            var line, column, length: Int
        }
        let json = Diagnostic.json(problems)
        let read = try JSONDecoder().decode([Read].self, from: Data(json.utf8))
        #expect(
            read
                == problems.map {
                    Read(
                        severity: $0.severity.rawValue, file: $0.file, message: $0.message,
                        suggestion: $0.suggestion, sourceLine: $0.sourceLine?.text, line: $0.line,
                        column: $0.column, length: $0.length)
                })
        #expect(Diagnostic.json([]) == "[]\n")
    }
}
