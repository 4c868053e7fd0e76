// What holds of every source file, so that a newcomer finds a concept by file name alone and the
// strict settings cannot be talked around.

import Support
import Testing

@Suite("Rules of the sources")
struct SourceRuleTests {
    /// Files below `folders` where some line of code matches.
    private func offenders(
        in folders: [String] = [""], _ matches: (Substring) -> Bool
    ) -> [String] {
        SourceTree.files.flatMap { file -> [String] in
            guard folders.contains(where: { file.path.hasPrefix($0) }) else { return [] }
            return file.code.enumerated().filter { matches($0.element) }
                .map { "\(file):\($0.offset + 1)" }
        }
    }

    private func hasWord(_ word: String, _ line: Substring) -> Bool {
        line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
            .contains { $0 == word }
    }

    @Test("each file opens with what it is")
    func headers() {
        // A command's own abstract, a few lines below, says the same to users too.
        let without = SourceTree.files.filter {
            !$0.path.hasPrefix("sluice/Commands/") && $0.lines.first?.hasPrefix("//") != true
        }
        #expect(without.isEmpty)
    }

    @Test("a file ends with one newline and has no line beyond 500")
    func length() {
        let long = SourceTree.files.filter { file in
            let isGenerated = file.path.contains("/Generated/")
            return !isGenerated && file.lines.count > 501
        }
        #expect(long.isEmpty)
        #expect(
            SourceTree.files.allSatisfy { $0.lines.last == "" && $0.lines.dropLast().last != "" })
    }

    @Test("a type is in the file of its name, and what extends it in files that say so")
    func names() {
        for file in SourceTree.files {
            let parts = file.name.split(separator: "+")
            let kinds = ["struct", "class", "enum", "protocol", "actor", "typealias"]
            func declares(_ name: Substring, _ keywords: [String]) -> Bool {
                file.code.contains { line in
                    let words = line.split(whereSeparator: { " :<{(,.".contains($0) })
                    return zip(words, words.dropFirst()).contains {
                        keywords.contains(String($0)) && $1 == name
                    }
                }
            }
            if parts.count == 1 {
                #expect(declares(parts[0], kinds) || Self.nameless.contains(file.name), "\(file)")
            } else {
                #expect(declares(parts[0], ["extension"]), "\(file)")
            }
        }
    }

    /// Files of extensions that belong together, whatever they extend.
    static let nameless: Set<String> = [
        "ASCII", "ConfigurationArgument", "Conversions", "ExitStatus",
    ]

    @Test("work that waits is not left in comments")
    func reminders() {
        let found = SourceTree.files.flatMap { file in
            file.lines.enumerated().filter { line in
                ["TODO", "FIXME", "XXX", "HACK"].contains { hasWord($0, line.element) }
            }.map { "\(file):\($0.offset + 1)" }
        }
        #expect(found.isEmpty)
    }

    @Test("checks of the language are not turned off")
    func checks() {
        for flag in ["unsafeFlags", "-Ounchecked", "unchecked", "-enforce-exclusivity"] {
            #expect(!SourceTree.manifest.contains(flag), "\(flag)")
        }
        #expect(offenders { $0.contains("unowned(unsafe)") }.isEmpty)
        #expect(offenders { $0.contains("@preconcurrency") }.isEmpty)
        #expect(offenders { $0.contains("nonisolated(unsafe)") }.isEmpty)
    }

    @Test("every target of ours in Swift is built by the strict settings")
    func strictness() {
        for target in SourceTree.targets where !SourceTree.files(of: target).isEmpty {
            let start =
                SourceTree.manifest.firstRange(of: "name: \"\(target.name)\",\n")
                ?? SourceTree.manifest.firstRange(of: "name: \"\(target.name)\", ")
            let body = start.map { SourceTree.manifest[$0.upperBound...] } ?? ""
            let settings = body.firstRange(of: "swiftSettings: ").map { body[$0.upperBound...] }
            #expect(settings?.hasPrefix("strict)") == true, "\(target.name)")
        }
    }

    @Test("what runs for each event has no room for what costs there")
    func dataPlane() {
        let folders = [
            "DataPlane/Proxy/Relay/", "DataPlane/Telemetry/", "Policies/", "Protocols/",
        ]
        #expect(offenders(in: folders) { hasWord("throws", $0) || hasWord("throw", $0) }.isEmpty)
        let all = ["DataPlane/", "Policies/", "Protocols/"]
        #expect(offenders(in: all) { hasWord("class", $0) }.isEmpty)
        #expect(offenders(in: all) { hasWord("any", $0) }.isEmpty)
        #expect(offenders(in: all) { hasWord("async", $0) || hasWord("await", $0) }.isEmpty)
    }

    @Test("the pool of a thing is said of three things only")
    func pools() {
        let known: Set<Substring> = ["BufferPool", "PipePool", "ConnectionPool"]
        let found = offenders { line in
            let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
            let isDeclaration = words.contains { ["struct", "class", "enum"].contains($0) }
            return isDeclaration && words.contains { $0.hasSuffix("Pool") && !known.contains($0) }
        }
        #expect(found.isEmpty)
    }
}
