// Kinds of values with variables in braces. A flaw is shown at its own place in the value, where
// the value stands in one line without escapes.

extension Kind where Value == ValueTemplate {
    /// Text with variables.
    ///
    /// - Parameters:
    ///   - words: What it is, for messages.
    ///   - stage: When it is filled in.
    ///   - admit: Throws for text that cannot be, whatever its variables.
    static func template(
        _ words: String, stage: TemplateStage,
        admit: @escaping @Sendable (String) throws(Refusal) -> Void
    ) -> Kind {
        let plain = Kind<String>.text(words) { text throws(Refusal) in
            guard text.utf8.count <= Limits.templateBytes else {
                throw Refusal("the text is longer than \(Limits.templateBytes) bytes")
            }
            try admit(text)
            return text
        }
        return Kind(plain.shape) {
            $0.description
        } decode: { node, review in
            guard let text = plain.decode(node, &review) else { return nil }
            do throws(TemplateText.Flaw) {
                let template = try TemplateText.parse(text, stage: stage)
                review.warnOfForeignVariables(in: text, at: node)
                return template
            } catch {
                let place = review.place(of: error.range, in: text, at: node)
                review.add(
                    .error,
                    Problem(
                        error.message, at: place.start, to: place.end,
                        suggestion: error.suggestion))
                return nil
            }
        }
    }

    /// The value of a header field.
    static func fieldValue(stage: TemplateStage) -> Kind {
        template("text, with variables in braces", stage: stage) { text throws(Refusal) in
            try FieldText.refuseControls(in: text, of: "the value")
        }
    }

    /// Where a redirection leads.
    static let target = template(
        "a URL or a path, with variables in braces", stage: .routed
    ) { text throws(Refusal) in
        let example = "\"https://{host}{path}{query}\""
        guard !text.isEmpty else {
            throw Refusal("the target is empty", suggestion: "write one such as \(example)")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Refusal(
                "\(Visible.quoted(text)) holds a character that a URL cannot",
                suggestion: "write it percent-encoded, a blank as %20")
        }
        let isTarget = ["/", "{", "http://", "https://"].contains { text.hasPrefix($0) }
        guard isTarget, !text.hasPrefix("{{") else {
            throw Refusal(
                "\(Visible.quoted(text)) is neither a URL nor a path",
                suggestion: "write one such as \(example) or /new{path}")
        }
    }
}

extension Kind where Value == AccessLogFormat {
    /// How a line of an access log is written: a word, or a template.
    static let accessLogFormat: Kind = {
        let words: [(word: String, meaning: String)] = [
            ("json", "one JSON object a line"),
            ("combined", "the format that web servers write"),
        ]
        let line = Kind<ValueTemplate>.template(
            "a line with variables in braces", stage: .ended
        ) { text throws(Refusal) in
            if !text.contains("{") {
                let near = Spelling.nearest(to: text, among: words.map(\.word))
                throw Refusal(
                    "expected json, combined, or a line with variables in braces, found "
                        + Visible.quoted(text),
                    suggestion: near.map { "did you mean '\($0)'?" })
            }
            try FieldText.refuseControls(
                in: text.replacing("\t", with: " "), of: "the line")
        }
        return Kind(.either(.word(words), line.shape)) { format in
            switch format {
            case .json: "json"
            case .combined: "combined"
            case .template: nil
            }
        } decode: { node, review in
            switch node.text {
            case "json": .json
            case "combined": .combined
            default: line.decode(node, &review).map { .template($0) }
            }
        }
    }()
}

extension Review {
    /// Where characters of a value stand: exactly if the value is in the file as it is, else the
    /// whole of it.
    fileprivate func place(
        of range: Range<Int>, in text: String, at node: Node
    ) -> (start: Mark, end: Mark) {
        let line = Array(
            String(decoding: source.line(Int(node.start.line)), as: UTF8.self).unicodeScalars)
        var begin = Int(node.start.column) - 1
        if begin < line.count, ["\"", "'"].contains(line[begin]) { begin += 1 }
        guard begin < line.count,
            line[begin...].starts(with: text.unicodeScalars.prefix(range.upperBound))
        else { return (node.start, node.end) }
        func mark(_ offset: Int) -> Mark {
            Mark(line: node.start.line, column: Int32(clamping: begin + offset + 1))
        }
        return (mark(range.lowerBound), mark(range.upperBound))
    }

    fileprivate mutating func warnOfForeignVariables(in text: String, at node: Node) {
        guard let foreign = ForeignVariables.first(in: text) else { return }
        warning(
            "'\(foreign.found)' is no variable here, but text", at: node,
            suggestion: foreign.suggestion)
    }
}
