// The table of keys as a page for people.

/// The reference page of the configuration file.
public enum ConfigurationReference {
    /// The page in Markdown, lines of at most 100 columns where words allow it.
    public static func markdown() -> String {
        var chapters: [Chapter] = []
        collect(Table.root.outline, path: "", into: &chapters)
        var lines = introduction.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        lines += variables
        for chapter in chapters { lines += self.lines(of: chapter) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A mapping, and the paths that lead to it.
    private struct Chapter {
        var outline: Outline
        var paths: [String]
        var title: String {
            guard !paths.isEmpty else { return "Top level" }
            return paths.joined(separator: ", ") + (outline.qualifier.map { ", \($0)" } ?? "")
        }
    }

    /// Adds a mapping and those in it, each once, in the order of the table.
    private static func collect(_ outline: Outline, path: String, into chapters: inout [Chapter]) {
        if let index = chapters.firstIndex(where: { $0.outline.name == outline.name }) {
            chapters[index].paths.append("`\(path)`")
            return
        }
        chapters.append(Chapter(outline: outline, paths: path.isEmpty ? [] : ["`\(path)`"]))
        for entry in outline.entries {
            let inner = path.isEmpty ? entry.name : path + "." + entry.name
            for (suffix, section) in sections(in: entry.shape) {
                collect(section, path: inner + suffix, into: &chapters)
            }
        }
    }

    /// The mappings that a value may be or hold, with what leads to them.
    private static func sections(in shape: Shape) -> [(String, Outline)] {
        switch shape {
        case .section(let outline): [("", outline)]
        case .either(.list(let first), .list(let second)):
            (sections(in: first) + sections(in: second)).map { ("[]" + $0.0, $0.1) }
        // One that may also be an element of a list is described once.
        case .either(let first, .list): sections(in: first)
        case .either(let first, let second): sections(in: first) + sections(in: second)
        case .list(let element): sections(in: element).map { ("[]" + $0.0, $0.1) }
        case .named(_, let element), .keyed(_, _, let element):
            sections(in: element).map { (".NAME" + $0.0, $0.1) }
        default: []
        }
    }

    private static func lines(of chapter: Chapter) -> [String] {
        var lines = ["", "## \(chapter.title)", ""]
        lines += wrapped(chapter.outline.summary, indent: "")
        for entry in chapter.outline.entries {
            lines += ["", "### `\(entry.name)`", ""]
            lines += wrapped(entry.summary, indent: "")
            lines.append("")
            lines += wrapped("- Value: \(value(entry.shape))", indent: "  ")
            for word in words(in: entry.shape) {
                lines += wrapped("  - `\(word.word)`: \(word.meaning)", indent: "    ")
            }
            switch entry.absence {
            case .required: lines.append("- Required")
            case .alternative:
                let others = chapter.outline.alternatives.filter { $0 != entry.name }
                let words = others.map { "`\($0)`" }.joined(separator: ", ")
                lines.append("- Required, unless there is one of: \(words)")
            case .value(let text): lines.append("- Default: `\(text)`")
            case .words(let words): lines += wrapped("- Default: \(words)", indent: "  ")
            }
            lines.append("- Example: `\(entry.name): \(entry.example)`")
        }
        return lines
    }

    /// What a value may be, in words; words of an enumeration are listed apart.
    private static func value(_ shape: Shape) -> String {
        switch shape {
        case .word(let words): words.count == 1 ? "`\(words[0].word)`" : "one of"
        case .boolean: "`true` or `false`"
        case .off: "`off`"
        case .never: "`false`"
        case .text("the name of an upstream", _): "the name of an [upstream](#upstreamsname)"
        case .section: "a mapping, described below"
        case .list(let element): "a list; each element \(value(element))"
        case .named(let what, _): "a mapping from names to \(what), described below"
        case .either(let first, .list(let element)) where value(first) == value(element):
            "\(value(first)), or a list of them"
        case .either(let first, let second) where value(first) == value(second): value(first)
        case .either(.word(let words), let second):
            "\(value(second)), or \(value(.word(words)))"
        case .either(let first, let second): "\(value(first)), or \(value(second))"
        default: shape.phrase
        }
    }

    private static func words(in shape: Shape) -> [(word: String, meaning: String)] {
        switch shape {
        case .word(let words): words.count == 1 ? [] : words
        case .either(let first, let second): words(in: first) + words(in: second)
        default: []
        }
    }

    /// `text` in lines of at most 100 columns, all but the first behind `indent`.
    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = String(text.prefix { $0 == " " })
        for word in text.split(separator: " ") {
            let isFirst = line.allSatisfy { $0 == " " }
            if !isFirst, line.count + 1 + word.count > 100 {
                lines.append(line)
                line = indent + word
            } else {
                line += (isFirst ? "" : " ") + word
            }
        }
        return lines + [line]
    }

    private static let introduction = """
        <!-- Written by the tests of Config from its table of keys; change that, not this page. -->

        # The configuration file

        Sluice reads one YAML file. This is a whole one:

        ```yaml
        listeners:
          redis:
            bind: "127.0.0.1:6379"
            upstream: cache

        upstreams:
          cache:
            backends:
              - "10.0.0.1:6379"
              - "10.0.0.2:6379"
        ```

        A **listener** is an address and what is spoken there. An **upstream** is a group of
        backends with one policy, a **backend** one server of it. Everything else has a default,
        given below.

        `sluice check FILE` reads a file and says all that is wrong with it, each with its place
        and, where that can be guessed, what was meant:

        ```
        sluice.yaml:4:5: error: unknown key 'upstrem' in listener 'redis'
                upstrem: cache
                ^^^^^^^
          help: did you mean 'upstream'?
        ```

        It opens no socket and resolves no name. Of other files it opens those of certificates, keys
        and what goes with them, and says what is wrong with these too; so it has to run where they
        are, as somebody who may read them. `sluice reload`, or SIGHUP, has the running process read
        its file again; a file with errors changes nothing. Warnings are shown, and the file is used.
        `sluice schema` prints a JSON Schema for editors.

        ## Values

        - **Durations** are a whole number and one unit: `500ms`, `2s`, `5m`, `1h`, `1d`. There is
          no default unit. Where it is said below, `off` lifts a limit.
        - **Sizes** are a whole number and one unit of 1024s: `512B`, `64KiB`, `32MiB`, `1GiB`.
        - **Numbers** stand without quotes, in decimal. Only `true` and `false` are booleans.
          Percentages are whole, `50` or `50%`.
        - **Addresses** have a port: `10.0.0.1:80`. IPv6 addresses have brackets, which YAML wants
          in quotes: `"[2001:db8::1]:80"`. Unix sockets are absolute paths: `/run/app.sock`, or
          `unix:/run/app.sock`.
        - **Names** of listeners, upstreams and backends are 1 to 64 letters, digits, `_`, `.` and
          `-`, since they become labels of metrics.
        - Of YAML there are mappings, lists and text. Anchors, aliases, tags and further documents
          are refused, as are files of more than 4 MiB.
        """
}
