// A Dockerfile as the tests see it: stages of instructions, and the few questions that are asked of
// them. It reads what Docker reads of the common form (comments, continued lines, lists in
// brackets) and must not grow into a builder: no variables, no here-documents, no escapes.

/// One Dockerfile, split into its stages.
struct Dockerfile {
    /// One instruction: `COPY --from=build a b` has the keyword `COPY` and the rest as arguments.
    struct Instruction {
        /// The first word, in capitals.
        let keyword: String
        /// What follows, on one line whatever the file had.
        let arguments: String

        /// The words of the arguments that are no options, or the items of a list in brackets.
        var words: [String] {
            if arguments.hasPrefix("[") {
                return arguments.split(separator: "\"").enumerated()
                    .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            }
            return arguments.split(separator: " ").map(String.init)
                .filter { !$0.hasPrefix("--") }
        }

        /// The value of `--name=value`, if it is there.
        func option(_ name: String) -> String? {
            let prefix = "--\(name)="
            return arguments.split(separator: " ").first { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)) }
        }
    }

    /// One `FROM` and what belongs to it.
    struct Stage {
        /// The image that it begins with.
        let image: String
        /// What `AS` calls it.
        let name: String?
        /// What follows `FROM`, in order.
        var instructions: [Instruction]

        /// The copies of this stage.
        var copies: [Copy] {
            instructions.filter { $0.keyword == "COPY" }.map(Copy.init)
        }

        /// The last instruction of one keyword, which is the one that counts.
        func last(_ keyword: String) -> Instruction? {
            instructions.last { $0.keyword == keyword }
        }

        /// The commands of all `RUN` instructions, each as its words.
        var commands: [[String]] {
            instructions.filter { $0.keyword == "RUN" }
                .flatMap { splitCommands($0.arguments) }
        }

        /// The Debian packages that `apt-get install` brings.
        var packages: [String] {
            commands.filter { $0.first == "apt-get" && $0.contains("install") }
                .flatMap { $0.dropFirst() }
                .filter { !$0.hasPrefix("-") && $0 != "install" }
        }
    }

    /// One `COPY`.
    struct Copy {
        /// The stage it takes from; from the checkout if nil.
        let stage: String?
        /// What it copies, as written.
        let sources: [String]
        /// Where to, as written.
        let destination: String

        init(_ instruction: Instruction) {
            stage = instruction.option("from")
            sources = instruction.words.dropLast()
            destination = instruction.words.last ?? ""
        }
    }

    /// The stages in the order of the file; the last one is the image.
    let stages: [Stage]

    /// Reads the text of a Dockerfile. Instructions before the first `FROM` are left out.
    init(_ text: String) {
        var stages: [Stage] = []
        for line in Self.joinedLines(text) {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard let keyword = parts.first?.uppercased() else { continue }
            let instruction = Instruction(
                keyword: keyword, arguments: parts.count == 2 ? parts[1] : "")
            if keyword == "FROM" {
                let words = instruction.words
                let isNamed = words.count == 3 && words[1].uppercased() == "AS"
                stages.append(
                    Stage(
                        image: words.first ?? "", name: isNamed ? words[2] : nil, instructions: []))
            } else if !stages.isEmpty {
                stages[stages.count - 1].instructions.append(instruction)
            }
        }
        self.stages = stages
    }

    /// The lines without comments and blank ones, continued lines put together, single spaces.
    private static func joinedLines(_ text: String) -> [String] {
        var lines: [String] = []
        var isContinued = false
        for raw in text.split(separator: "\n") {
            var words = raw.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty || words[0].hasPrefix("#") { continue }
            let continues = words.last == "\\"
            if continues { words.removeLast() }
            let line = words.joined(separator: " ")
            if isContinued {
                lines[lines.count - 1] += " " + line
            } else {
                lines.append(line)
            }
            isContinued = continues
        }
        return lines
    }
}

/// The commands of a shell line, split at `&&`, each as its words.
private func splitCommands(_ line: String) -> [[String]] {
    line.split(separator: " ").map(String.init)
        .split(separator: "&&").map(Array.init)
}
