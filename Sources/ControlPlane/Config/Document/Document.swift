// From events to one tree, within limits. YAML's ways of making a small file mean a large tree, or
// plain text mean something else, are refused: anchors, aliases, tags, several documents.

/// Builds the tree of a file.
enum Document {
    /// The root of the only document of `source`, or what is wrong with it. A file without a
    /// document, or with an empty one, is a problem too.
    ///
    /// - Parameters:
    ///   - nodesMax: Scalars and collections that there may be.
    ///   - needs: What an empty file lacks, for its message.
    static func tree(
        of source: SourceText, nodesMax: Int = Limits.nodes,
        needs: String = "a configuration has at least 'listeners' and 'upstreams'"
    ) throws(Problem) -> Node {
        if let problem = source.firstIllegible() { throw problem }
        let result = unsafe source.bytes.withUnsafeBufferPointer { text in
            Result { () throws(Problem) -> Node in
                var builder = unsafe Builder(
                    reader: EventReader(text), nodesMax: nodesMax, needs: needs)
                return try builder.document()
            }
        }
        do {
            return try result.get()
        } catch {
            throw explained(error, in: source)
        }
    }

    /// Adds to libyaml's words what the line suggests.
    private static func explained(_ problem: Problem, in source: SourceText) -> Problem {
        guard problem.suggestion == nil else { return problem }
        var problem = problem
        let line = source.excerpt(at: problem.start).text
        if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
            problem.suggestion = "indent with blanks, YAML allows no tabs there"
        } else if line.contains("[:") || line.contains("]:") {
            problem.suggestion = "put addresses with brackets in quotes: \"[::]:443\""
        }
        return problem
    }
}

/// One pass over the events of a file.
private struct Builder: ~Copyable {
    var reader: EventReader
    private let nodesMax: Int
    private let needs: String
    private var nodeCount = 0

    init(reader: consuming EventReader, nodesMax: Int, needs: String) {
        self.reader = reader
        self.nodesMax = nodesMax
        self.needs = needs
    }

    mutating func document() throws(Problem) -> Node {
        _ = try reader.next()  // the start of the stream
        let begin = try reader.next()
        guard case .documentStart = begin.kind else { throw empty() }
        let root = try node(try reader.next(), depth: 1)
        _ = try reader.next()  // the end of the document
        let next = try reader.next()
        if case .documentStart = next.kind {
            throw Problem(
                "a second document begins here", at: next.start, to: next.end,
                suggestion: "keep one document a file")
        }
        if root.isNothing { throw empty() }
        return root
    }

    private func empty() -> Problem {
        Problem("the file says nothing", at: .start, suggestion: needs)
    }

    /// The node that `event` begins, with everything in it.
    private mutating func node(_ event: EventReader.Event, depth: Int) throws(Problem) -> Node {
        try admit(event, depth: depth)
        switch event.kind {
        case .scalar(let text, let isPlain):
            let content = Node.Content.scalar(text, isPlain: isPlain)
            return Node(content: content, start: event.start, end: event.end)
        case .listStart:
            var elements: [Node] = []
            while true {
                let next = try reader.next()
                if case .listEnd = next.kind {
                    return Node(content: .list(elements), start: event.start, end: event.end)
                }
                elements.append(try node(next, depth: depth + 1))
            }
        case .mappingStart:
            var entries: [Node.Entry] = []
            while true {
                let next = try reader.next()
                if case .mappingEnd = next.kind {
                    return Node(content: .mapping(entries), start: event.start, end: event.end)
                }
                let key = try node(next, depth: depth + 1)
                guard key.text != nil else {
                    throw Problem("a key has to be text, not \(key.phrase)", at: key.start)
                }
                let value = try node(try reader.next(), depth: depth + 1)
                entries.append(Node.Entry(key: key, value: value))
            }
        default:
            preconditionFailure("libyaml gave an event where a node begins")
        }
    }

    /// Refuses what a configuration file may not use.
    private mutating func admit(_ event: EventReader.Event, depth: Int) throws(Problem) {
        if case .alias = event.kind {
            throw Problem(
                "aliases are not allowed", at: event.start, to: event.end,
                suggestion: "write the value out; quote it if it only begins with '*'")
        }
        if event.hasAnchor {
            throw Problem(
                "anchors are not allowed", at: event.start, to: event.end,
                suggestion: "remove it; quote the value if it only begins with '&'")
        }
        if event.hasTag {
            throw Problem(
                "tags are not allowed", at: event.start, to: event.end,
                suggestion: "remove it; quote the value if it only begins with '!'")
        }
        if depth > Limits.depth {
            throw Problem(
                "more than \(Limits.depth) collections inside each other", at: event.start)
        }
        nodeCount += 1
        if nodeCount > nodesMax {
            throw Problem("more than \(nodesMax) values in one file", at: event.start)
        }
    }
}
