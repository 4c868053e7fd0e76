// Text that is no YAML, or more of it than a configuration needs: one clear error each.

import Config
import Testing

@Suite struct DocumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var report: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ report: String) {
            self.init(name, bytes: Array(text.utf8), report)
        }

        init(_ name: String, bytes: [UInt8], _ report: String) {
            self.name = name
            self.bytes = bytes
            self.report = report
        }
    }

    static let empty =
        "1:1+1 error: the file says nothing | a configuration has at least 'listeners' and "
        + "'upstreams'"

    static let cases: [Case] = [
        Case("nothing", "", empty),
        Case("blanks", "  \n\n", empty),
        Case("a comment", "# later\n", empty),
        Case("null", "~\n", empty),
        Case("an empty document", "---\n", empty),
        Case("a directive alone", "%YAML 1.1\n---\n", empty),
        Case("text", "hello\n", "1:1+5 error: expected a mapping at the top level, found 'hello'"),
        Case("a list", "- a\n", "1:1+1 error: expected a mapping at the top level, found a list"),
        Case(
            "NUL", "workers: 1\n#\0\n",
            "2:2+1 error: the file holds a NUL byte | remove it"),
        Case(
            "escape", "workers: 1\nab\u{1b}: 2\n",
            "2:3+1 error: the character U+001B is not allowed in YAML | remove it"),
        Case(
            "DEL", "a\u{7f}: 2\n",
            "1:2+1 error: the character U+007F is not allowed in YAML | remove it"),
        Case(
            "next line", "é\u{85}: 2\n",
            "1:2+1 error: the character U+0085 is not allowed in YAML | remove it"),
        Case(
            "line separator", "a: 1\n# é\u{2028}x\n",
            "2:4+1 error: the character U+2028 is not allowed in YAML | remove it"),
        Case(
            "noncharacter", "a: \u{1fffe}\n",
            "1:4+1 error: the character U+1FFFE is not allowed in YAML | remove it"),
        Case(
            "Latin-1", bytes: Array("# caf".utf8) + [0xe9, 0x0a],
            "1:6+1 error: the byte 0xe9 is not UTF-8 here | save the file as UTF-8"),
        Case(
            "an overlong form", bytes: [0x61, 0xc0, 0x80],
            "1:2+1 error: the byte 0xc0 is not UTF-8 here | save the file as UTF-8"),
        Case(
            "a surrogate", bytes: [0x23, 0xed, 0xa0, 0x80],
            "1:2+1 error: the byte 0xed is not UTF-8 here | save the file as UTF-8"),
        Case(
            "a character cut off", bytes: [0x23, 0xe2, 0x82],
            "1:2+1 error: the byte 0xe2 is not UTF-8 here | save the file as UTF-8"),
        Case(
            "a byte order mark", "\u{feff}workers: 1\n",
            "1:1+1 error: the file begins with a byte order mark | save it as UTF-8 without a byte "
                + "order mark"),
        Case(
            "UTF-16", bytes: [0xff, 0xfe, 0x61, 0],
            "1:1+1 error: the file is UTF-16, not UTF-8 | save it as UTF-8"),
        Case(
            "two documents", "workers: 1\n---\nworkers: 2\n",
            "2:1+3 error: a second document begins here | keep one document a file"),
        Case(
            "an anchor", "workers: &w 1\n",
            "1:10+4 error: anchors are not allowed | remove it; quote the value if it only begins "
                + "with '&'"),
        Case(
            "an alias", "workers: *w\n",
            "1:10+2 error: aliases are not allowed | write the value out; quote it if it only "
                + "begins with '*'"),
        Case(
            "a tag", "workers: !!int 1\n",
            "1:10+7 error: tags are not allowed | remove it; quote the value if it only begins "
                + "with '!'"),
        Case(
            "an anchor on a mapping", "log: &l { level: info }\n",
            "1:6+4 error: anchors are not allowed | remove it; quote the value if it only begins "
                + "with '&'"),
        Case(
            "a tag on a list", "a: !t [1]\n",
            "1:4+4 error: tags are not allowed | remove it; quote the value if it only begins "
                + "with '!'"),
        Case(
            "a mapping as a key", "{ { a: b }: c }\n",
            "1:3+1 error: a key has to be text, not a mapping"),
        Case(
            "a list as a key", "? [a]\n: b\n", "1:3+1 error: a key has to be text, not a list"),
        Case(
            "an IPv6 address without quotes", "a:\n  bind: [::]:443\n",
            "2:10+1 error: not YAML: did not find expected node content, while parsing a flow node "
                + "(line 2) | put addresses with brackets in quotes: \"[::]:443\""),
        Case(
            "a tab for indentation", "log:\n\tlevel: info\n",
            "2:1+1 error: not YAML: found character that cannot start any token, while scanning "
                + "for the next token (line 2) | indent with blanks, YAML allows no tabs there"),
        Case(
            "a list without its end", "a: [b\n",
            "2:1+1 error: not YAML: did not find expected ',' or ']', while parsing a flow "
                + "sequence (line 1)"),
        Case(
            "text without its end", "a: \"b\n",
            "2:1+1 error: not YAML: found unexpected end of stream, while scanning a quoted scalar "
                + "(line 1)"),
        Case(
            "too deep", String(repeating: "[", count: 1_000_000),
            "1:33+1 error: more than 32 collections inside each other"),
        Case(
            "too deep in blocks", String(repeating: "- ", count: 1_000_000),
            "1:65+1 error: more than 32 collections inside each other"),
        Case(
            "too many values", "[" + String(repeating: "a,", count: 600_000) + "a]",
            "1:1000000+1 error: more than 500000 values in one file"),
    ]

    @Test(arguments: cases)
    func illegibleTextIsOneError(_ sample: Case) {
        let result = ConfigurationFile.parse(bytes: sample.bytes, name: "t.yaml")
        #expect(result.configuration == nil)
        #expect(report(result) == [sample.report])
    }

    @Test func aYAMLBombDiesAtItsFuse() {
        var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (name, last) in zip("bcdefghi", "abcdefgh") {
            text +=
                "\(name): &\(name) ["
                + [String](repeating: "*\(last)", count: 9).joined(separator: ",")
            text += "]\n"
        }
        #expect(report(text).count == 1)
    }

    @Test func windowsAndOldMacLineEndsCountAsLines() {
        #expect(report("workers: 1\r\nworker: 2\r\n").first?.hasPrefix("2:1+6 error") == true)
        #expect(report("workers: 1\rworker: 2\r").first?.hasPrefix("2:1+6 error") == true)
        let lines = parse("workers: 1\r\nworker: 2\r\n").diagnostics.map(\.sourceLine?.text)
        #expect(lines.first == "worker: 2")
    }

    @Test func columnsCountCharactersNotBytes() {
        #expect(
            report("# é\n{ \"wörker\": 1 }\n").map { $0.prefix(24) } == ["2:3+8 error: unknown key"]
        )
    }

    @Test func bracesAndBlocksAreAlike() {
        let flow = """
            { listeners: { web: { bind: "127.0.0.1:80", upstream: site } },
              "upstreams": { 'site': { backends: [ 10.0.0.1:80 ] } } }
            """
        #expect(parse(flow).configuration == parse(small).configuration)
        #expect(parse(flow).configuration != nil)
    }

    @Test func aFileHoldsItsThousandProblemsToAHundred() {
        let text = (0..<1000).map { "key\($0): 1\n" }.joined()
        let result = report(text)
        #expect(result.count == 101)
        #expect(result.last == "0:0+0 error: there are more problems than the first 100")
    }

    @Test func warningsNeverHideAnError() {
        var text = small
        for index in 0..<200 {
            text += "  u\(index): { backends: [\"10.0.0.1:80\"], balance: { key: listener } }\n"
        }
        let warned = parse(text)
        #expect(warned.configuration != nil)
        #expect(warned.diagnostics.count == 101)
        #expect(warned.diagnostics.allSatisfy { $0.severity == .warning })
        let refused = parse(text + "worker: 1\n")
        #expect(refused.configuration == nil)
        #expect(refused.diagnostics.count { $0.severity == .error } == 2)
    }

    @Test func aReportStaysSmallWhateverTheFile() {
        let text = "{" + (0..<100_000).map { "key\($0): 1" }.joined(separator: ", ") + "}"
        let result = parse(text)
        #expect(result.diagnostics.count == 101)
        #expect(Diagnostic.json(result.diagnostics).utf8.count < 200_000)
    }
}
