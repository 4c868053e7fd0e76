// The content of a file that lists the backends of an upstream: from bytes to backends, or to all
// that is wrong with them. It opens nothing; who watches the file reads it.

/// Reads lists of backends that stand in a file of their own.
public enum BackendList {
    /// Why a list cannot be used.
    public struct Unreadable: Error, Sendable, Equatable {
        /// The problems in the order of their places, each as `Diagnostic.text` shows it; at least
        /// one.
        public var problems: [String]

        /// A list with these problems, at least one.
        public init(problems: [String]) {
            precondition(!problems.isEmpty, "a list without problems is read")
            self.problems = problems
        }

        /// The problems, a line feed between them.
        public var text: String { problems.joined(separator: "\n") }
    }

    /// Bytes that a list may have. Who reads the file can stop one byte later.
    public static let bytesMax = Limits.backendListBytes

    /// Backends that a list may have.
    public static let entriesMax = Limits.backendListEntries

    /// The backends that `bytes` list: at least one, in the order of the list, with unique
    /// identities. `path` is what problems call the file.
    ///
    /// The content is a list in YAML or JSON with the elements of `backends`, or one address a line,
    /// where `#` at the start of a line or behind a blank begins a comment. The first line that is
    /// no comment decides which.
    public static func parse(
        _ bytes: [UInt8], path: String
    ) -> Result<[BackendConfiguration], Unreadable> {
        guard bytes.count <= bytesMax else {
            let message = "the file is larger than \(bytesMax >> 20) MiB"
            return .failure(
                Unreadable(problems: [Diagnostic(.error, file: path, message: message).text]))
        }
        var review = Review(source: SourceText(name: path, bytes: bytes))
        review.place = "the file"
        let backends = decode(&review)
        guard let backends, !review.hasErrors else {
            return .failure(Unreadable(problems: review.sortedDiagnostics.map(\.text)))
        }
        return .success(backends)
    }

    private static func decode(_ review: inout Review) -> [BackendConfiguration]? {
        do throws(Problem) {
            guard let root = try tree(&review) else { return nil }
            if case .list(let elements) = root.content, elements.count > entriesMax {
                let element = elements[entriesMax]
                throw Problem(
                    "more than \(entriesMax) backends", at: element.start, to: element.end)
            }
            return Table.backends.decode(root, &review)
        } catch {
            review.add(.error, error)
            return nil
        }
    }

    /// The list as a node, whatever form it has; nil after an error was reported that leaves none.
    private static func tree(_ review: inout Review) throws(Problem) -> Node? {
        let source = review.source
        if let problem = source.firstIllegible() { throw problem }
        let needs = "write one address a line, or a list like that of 'backends'"
        let lines = (1...source.lineCount).lazy.compactMap {
            LineReader.element(source.line($0), $0)
        }
        guard let first = lines.first else {
            throw Problem("the file says nothing", at: .start, suggestion: needs)
        }
        if LineReader.isStructured(first.text ?? "") {
            return try Document.tree(of: source, nodesMax: Limits.backendListNodes, needs: needs)
        }
        var elements: [Node] = []
        for line in lines {
            guard let suggestion = LineReader.objection(to: line.text ?? "") else {
                elements.append(line)
                // The rest would only be counted.
                if elements.count > entriesMax { break }
                continue
            }
            review.error(
                "expected one address in this line, found \(line.phrase)", at: line,
                suggestion: suggestion)
        }
        guard let last = elements.last else { return nil }
        return Node(content: .list(elements), start: first.start, end: last.end)
    }
}

/// The form of one address a line.
private enum LineReader {
    /// What a line says beside its comment, as text with its place; nil for a line that says
    /// nothing.
    static func element(_ line: ArraySlice<UInt8>, _ number: Int) -> Node? {
        var end = line.startIndex
        while end < line.endIndex {
            let isComment =
                line[end] == UInt8(ascii: "#")
                && (end == line.startIndex || isBlank(line[end - 1]))
            if isComment { break }
            end += 1
        }
        var text = line[..<end]
        while let last = text.last, isBlank(last) { text.removeLast() }
        while let first = text.first, isBlank(first) { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        let column = text.startIndex - line.startIndex + 1
        let characters = text.count { $0 & 0xc0 != 0x80 }
        // Not plain: `null` is as little an address as any other word.
        return Node(
            content: .scalar(String(decoding: text, as: UTF8.self), isPlain: false),
            start: Mark(line: Int32(clamping: number), column: Int32(clamping: column)),
            end: Mark(
                line: Int32(clamping: number), column: Int32(clamping: column + characters)))
    }

    /// True when a file whose first words are `text` is YAML or JSON.
    static func isStructured(_ text: String) -> Bool {
        if text.hasPrefix("[") {
            // A list begins like an IPv6 address in brackets.
            let inner = text.dropFirst().prefix { $0 != "]" }
            let isAddress = !inner.utf8.contains { [0x20, 0x22, 0x27, 0x2c].contains($0) }
            return !(isAddress && (text.contains("]:") || (try? AddressText.ipv6(inner)) != nil))
        }
        return text == "-" || text.hasPrefix("- ") || text.hasPrefix("-\t")
            || text.hasPrefix("---") || text.hasPrefix("{") || text.hasPrefix("%")
            || text.hasSuffix(":") || text.contains(": ")
    }

    /// What would be right where a line cannot be one address; nil where it may be one.
    static func objection(to text: String) -> String? {
        if text.utf8.contains(where: isBlank) {
            return "options need a list: - { address: \"10.0.0.1:80\", weight: 2 }"
        }
        if text.utf8.contains(where: { [0x22, 0x27, 0x2c].contains($0) }) {
            return "write it without quotes and commas"
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
