// Lists of backends that stand in files of their own, in each of their forms.

import Config
import Testing

@Suite struct BackendListTests {
    /// The backends of a list, or its problems.
    private func read(_ text: String) -> Result<[BackendConfiguration], BackendList.Unreadable> {
        BackendList.parse(Array(text.utf8), path: "b.list")
    }

    /// What is wrong with a list; nothing when it is read.
    private func problems(_ bytes: [UInt8]) -> [String] {
        guard case .failure(let unreadable) = BackendList.parse(bytes, path: "b.list") else {
            return []
        }
        return unreadable.problems
    }

    static let three: [BackendConfiguration] = {
        var second = BackendConfiguration(address: .host(name: "b.example", port: 2))
        second.name = "two"
        second.weight = 3
        var third = BackendConfiguration(address: .ipv6(IPv6Address(high: 0, low: 1), port: 3))
        third.maxConnections = 5
        third.priority = 1
        return [BackendConfiguration(address: .ipv4(0x0a00_0001, port: 1)), second, third]
    }()

    @Test(
        "YAML and JSON say the same",
        arguments: [
            """
            - 10.0.0.1:1
            - address: B.example:2
              name: two
              weight: 3
            - { address: "[::1]:3", max_connections: 5, backup: true }

            """,
            """
            # made by hand
            ---
            - "10.0.0.1:1"
            - { address: 'b.example:2', weight: 3, name: two }
            - { address: '[0::1]:3', priority: 1, max_connections: 5 }
            ...
            """,
            """
            [
            \t"10.0.0.1:1",
            \t{ "address": "b.example:2", "name": "two", "weight": 3 },
            \t{ "address": "[::1]:3", "max_connections": 5, "backup": true }
            ]
            """,
            "[\"10.0.0.1:1\",{\"address\":\"b.example:2\",\"name\":\"two\",\"weight\":3},"
                + "{\"address\":\"[::1]:3\",\"max_connections\":5,\"priority\":1}]",
        ])
    func structured(_ text: String) {
        #expect(read(text) == .success(Self.three))
        #expect(read(text.replacing("\n", with: "\r\n")) == .success(Self.three))
    }

    @Test(
        "one address a line is a list too",
        arguments: [
            "10.0.0.1:1\n", "10.0.0.1:1", "  10.0.0.1:1\t \r\n", "\n\n10.0.0.1:1\n\n",
            "# c\n  # c: d\n10.0.0.1:1 # - c\n", "10.0.0.1:1\t#c", "10.0.0.1:1\r# old\r",
        ])
    func lines(_ text: String) {
        #expect(read(text) == .success(Array(Self.three[..<1])))
    }

    @Test(
        "the first line may be any address",
        arguments: [
            "[::1]:3", "[2001:db8::1]:80", "unix:/run/a#b", "/run/a",
            "a.example:1",
            "dead.beef.example:1",
        ])
    func firstLines(_ text: String) throws {
        let backends = try read(text + "\n10.0.0.9:9 # last\n").get()
        #expect(backends.map(\.address.description).last == "10.0.0.9:9")
        #expect(backends.count == 2 && backends[0].identity.hasSuffix(text))
        #expect(backends.allSatisfy { $0.name == nil && $0.weight == 1 && $0.priority == 0 })
    }

    @Test("the order is that of the list")
    func order() throws {
        #expect(
            try read("c:1\na:1\nb:1\n").get().map(\.identity) == ["c:1", "a:1", "b:1"])
    }

    /// A list, and the one problem that it has: its first line, and the help.
    static let wrong: [(String, String)] = [
        (
            "",
            "1:1: error: the file says nothing | write one address a line, or a list like that "
                + "of 'backends'"
        ),
        (
            "\n# c\n",
            "1:1: error: the file says nothing | write one address a line, or a list like that "
                + "of 'backends'"
        ),
        (
            "\u{feff}a:1",
            "1:1: error: the file begins with a byte order mark | save it as UTF-8 without a "
                + "byte order mark"
        ),
        (
            "[]",
            "1:1: error: the list is empty, and needs at least one backend in the file"
        ),
        (
            "backends:\n- a:1\n",
            "1:1: error: expected a list, each element an address or a host name with a port, "
                + "or the path of a Unix socket, or a mapping, found a mapping"
        ),
        (
            "{ backends: [] }",
            "1:1: error: expected a list, each element an address or a host name with a port, "
                + "or the path of a Unix socket, or a mapping, found a mapping"
        ),
        (
            "- a:1\n- a:1\n",
            "2:3: error: backend 'a:1' is there twice in the file, first on line 1"
        ),
        (
            "a:1\n# c\nA:1\n",
            "3:1: error: backend 'a:1' is there twice in the file, first on line 1"
        ),
        (
            "- { name: a }\n",
            "1:3: error: backend 1 of the file lacks the key 'address' | add address: "
                + "\"10.0.0.1:6379\""
        ),
        (
            "- { address: 'a:1', wieght: 2 }\n",
            "1:21: error: unknown key 'wieght' in backend 1 of the file | did you mean 'weight'?"
        ),
        (
            "- { address: 'a:1', backup: true, priority: 2 }\n",
            "1:35: error: 'backup' and 'priority' exclude each other in backend 1 of the file | "
                + "keep 'priority'; a backup has priority 1"
        ),
        (
            "- [a]\n",
            "1:3: error: expected a mapping in backend 1 of the file, found a list"
        ),
        (
            "-\n",
            "1:2: error: expected an address or a host name with a port, or the path of a Unix "
                + "socket, found nothing"
        ),
        (
            "~\n",
            "1:1: error: '~' has no port | write ~:PORT"
        ),
        (
            "- a:1\n---\n- b:1\n",
            "2:1: error: a second document begins here | keep one document a file"
        ),
        (
            "a:1\n\0\n",
            "2:1: error: the file holds a NUL byte | remove it"
        ),
        (
            "a:1\n# \u{1b}\n",
            "2:3: error: the character U+001B is not allowed in YAML | remove it"
        ),
        (
            "a:1\nb\u{2028}\n",
            "2:2: error: the character U+2028 is not allowed in YAML | remove it"
        ),
        (
            "\"a:1\"",
            "1:1: error: expected one address in this line, found '\"a:1\"' | write it without "
                + "quotes and commas"
        ),
        (
            "a:1, \n",
            "1:1: error: expected one address in this line, found 'a:1,' | write it without "
                + "quotes and commas"
        ),
        (
            "a:1 b:1",
            "1:1: error: expected one address in this line, found 'a:1 b:1' | options need a "
                + "list: - { address: \"10.0.0.1:80\", weight: 2 }"
        ),
        (
            "localhost\n",
            "1:1: error: 'localhost' has no port | write localhost:PORT"
        ),
        (
            "10.0.0.256:1\n",
            "1:1: error: '10.0.0.256' is not an IPv4 address: '256' is more than 255"
        ),
        (
            "[::g]:1\n",
            "1:1: error: '::g' is not an IPv6 address | IPv6 addresses look like 2001:db8::1"
        ),
        (
            "[::1]\n",
            "1:1: error: '[::1]' has no port | write [::1]:PORT"
        ),
        (
            "[&a x]",
            "1:2: error: anchors are not allowed | remove it; quote the value if it only begins "
                + "with '&'"
        ),
        (
            "[\"a:1\"",
            "2:1: error: not YAML: did not find expected ',' or ']', while parsing a flow "
                + "sequence (line 1)"
        ),
        (
            "- *a\n",
            "1:3: error: aliases are not allowed | write the value out; quote it if it only "
                + "begins with '*'"
        ),
        (
            "- a:1\nb:1\n",
            "3:1: error: not YAML: could not find expected ':', while scanning a simple key "
                + "(line 2)"
        ),
        (
            "[\"a:1\",\n\"b:1\",]x",
            "2:8: error: not YAML: did not find expected <document start>"
        ),
    ]

    @Test("a problem has its place and says what is right", arguments: wrong)
    func wrongLists(_ text: String, _ problem: String) {
        let found = problems(Array(text.utf8)).map { problem in
            let lines = problem.split(separator: "\n")
            let help = lines.last.flatMap { $0.hasPrefix("  help: ") ? $0.dropFirst(8) : nil }
            return lines[0].dropFirst("b.list:".count) + (help.map { " | \($0)" } ?? "")
        }
        #expect(found == [problem[...]])
    }

    @Test("all problems of a list are told at once, in the order of their places")
    func severalProblems() {
        let found = problems(Array("a:1\nb:2 weight=2\nA:1\nc\n\"d:1\",\n".utf8))
        #expect(
            found.map { $0.split(separator: "\n")[0] } == [
                "b.list:2:1: error: expected one address in this line, found 'b:2 weight=2'",
                "b.list:3:1: error: backend 'a:1' is there twice in the file, first on line 1",
                "b.list:4:1: error: 'c' has no port",
                "b.list:5:1: error: expected one address in this line, found '\"d:1\",'",
            ])
        let unreadable = BackendList.Unreadable(problems: ["a", "b"])
        #expect(unreadable.text == "a\nb")
    }

    @Test("bytes that are no text are refused where they are")
    func junk() {
        #expect(problems([0xff, 0xfe, 0x61])[0].hasPrefix("b.list:1:1: error: the file is UTF-16"))
        #expect(
            problems(Array("a:1\nb".utf8) + [0xe9])[0].hasPrefix(
                "b.list:2:2: error: the byte 0xe9 is not UTF-8 here"))
        #expect(problems([0x7f, 0x45, 0x4c, 0x46, 2, 1])[0].hasPrefix("b.list:1:1: error: "))
    }

    @Test("any damage to a list leaves backends or problems, and never a trap")
    func damage() {
        let seed = environment("SLUICE_SEED").flatMap(UInt64.init) ?? UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        let samples = [
            "# c\n10.0.0.1:1\n[::1]:3 # c\nb.example:2\nunix:/run/a\n",
            "- 10.0.0.1:1\n- { address: b.example:2, name: two, weight: 3, backup: true }\n",
            "[\"10.0.0.1:1\", {\"address\": \"[::1]:3\", \"max_connections\": 5}]\n",
        ].map { Array($0.utf8) }
        let bytes = Array("\0\t\n\r #-:[]{}\"',.%&*!|>~?@01a".utf8) + [0x80, 0xc3, 0xff]
        for round in 0..<2000 {
            var list = samples[round % samples.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !list.isEmpty {
                let place = Int.random(in: 0..<list.count, using: &random)
                let byte = bytes.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: list[place] = byte
                case 1: list.insert(byte, at: place)
                default: list.remove(at: place)
                }
            }
            let words: Comment = "SLUICE_SEED=\(seed), round \(round)"
            switch BackendList.parse(list, path: "b.list") {
            case .success(let backends):
                #expect(!backends.isEmpty, words)
                #expect(Set(backends.map(\.identity)).count == backends.count, words)
            case .failure(let unreadable):
                #expect(!unreadable.problems.isEmpty, words)
                #expect(unreadable.problems.allSatisfy { $0.hasPrefix("b.list:") }, words)
            }
        }
    }

    @Test("a list has at most 10 MiB")
    func bytes() {
        var list = Array("a:1\n#".utf8) + [UInt8](repeating: 0x61, count: BackendList.bytesMax)
        #expect(problems(list) == ["b.list: error: the file is larger than 10 MiB"])
        list = Array(list.prefix(BackendList.bytesMax / 10))
        #expect(problems(list) == [])
    }

    @Test("a list has at most 100,000 backends")
    func entries() throws {
        let count = BackendList.entriesMax
        var list: [UInt8] = []
        for index in 0..<count { list += "/\(index)\n".utf8 }
        #expect(try BackendList.parse(list, path: "b.list").get().count == count)
        list += "[::1]:1\n".utf8
        #expect(
            problems(list).first?.hasPrefix("b.list:100001:1: error: more than 100000 backends")
                == true)
    }

    @Test("a list that nests or repeats without end ends soon")
    func bombs() {
        let deep = Array("- ".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(problems(deep).count == 1)
        let long = Array(("[" + String(repeating: "{},", count: 1000) + "{}]").utf8)
        #expect(problems(long).count == 101)
    }
}
