// A mapping with keys of its own: decodes itself by its table of keys, and describes itself by the
// same table.

/// The table of keys of the mapping that makes a `Model`.
struct Section<Model: Sendable>: Sendable {
    /// The description.
    let outline: Outline
    private let keys: [Key<Model>]
    private let indexByName: [String: Int]
    private let foreign: [String: ForeignKey]
    private let fresh: Model
    private let check: @Sendable (Model, Node, inout Review) -> Void

    /// - Parameters:
    ///   - qualifier: When there is such a mapping, where another is at the same place otherwise.
    ///   - fresh: The model with all its defaults.
    ///   - alternatives: Keys of which exactly one has to be there.
    ///   - foreign: Keys of other mappings that are likely to be written here.
    ///   - check: Looks for keys that do not go together, after each was decoded. Keys in error
    ///     have their defaults in the model.
    init(
        _ name: String, _ summary: String, qualifier: String? = nil, fresh: Model,
        keys: [Key<Model>],
        alternatives: [String] = [], foreign: [String: ForeignKey] = [:],
        check: @escaping @Sendable (Model, Node, inout Review) -> Void = { _, _, _ in }
    ) {
        self.keys = keys
        self.foreign = foreign
        self.fresh = fresh
        self.check = check
        indexByName = Dictionary(
            uniqueKeysWithValues: keys.enumerated().map { ($1.name, $0) })
        let entries = keys.map { key in
            Outline.Entry(
                name: key.name, shape: key.shape, summary: key.summary,
                absence: alternatives.contains(key.name) ? .alternative : key.absence(fresh),
                example: key.example)
        }
        outline = Outline(
            name: name, summary: summary, qualifier: qualifier, entries: entries,
            alternatives: alternatives)
        assert(alternatives.allSatisfy { indexByName[$0] != nil }, "alternatives are keys")
        assert(foreign.keys.allSatisfy { indexByName[$0] == nil }, "no key is foreign at home")
    }

    /// The mapping as a kind of value.
    var kind: Kind<Model> {
        Kind(.section(outline)) { node, review in decode(node, &review) }
    }

    /// The model that a node makes; nil after an error was reported that leaves none.
    func decode(_ node: Node, _ review: inout Review) -> Model? {
        guard case .mapping(let entries) = node.content else {
            review.error("expected a mapping\(review.inPlace), found \(node.phrase)", at: node)
            return nil
        }
        var model = fresh
        var isWhole = true
        let errorCount = review.errors.count
        var seen = [Mark?](repeating: nil, count: keys.count)
        for entry in entries {
            let text = entry.key.text ?? ""
            guard let index = indexByName[text] else {
                reportUnknown(entry.key, text, &review)
                continue
            }
            if let first = seen[index] {
                review.error(
                    "key \(Visible.quoted(text)) is there twice\(review.inPlace), "
                        + "first on line \(first.line)",
                    at: entry.key)
            }
            seen[index] = entry.key.start
            let outer = (review.place, review.placeNode)
            if case .section = keys[index].shape.innermost {
                review.place = "'\(text)'" + (outer.0.map { " of \($0)" } ?? "")
                review.placeNode = entry.key
            }
            let isDecoded = keys[index].decode(entry.value, &model, &review)
            (review.place, review.placeNode) = outer
            if !isDecoded && keys[index].isRequired { isWhole = false }
        }
        let isUnderstood = review.errors.count == errorCount && !review.isFull
        for (index, key) in keys.enumerated() where key.isRequired && seen[index] == nil {
            isWhole = false
            let whose = review.place ?? "the file"
            review.error(
                "\(whose) lacks the key '\(key.name)'", at: review.placeNode ?? node,
                suggestion: "add \(key.name): \(key.example)")
        }
        if !checkAlternatives(node, &review) { isWhole = false }
        review.isUnderstood = isUnderstood
        check(model, node, &review)
        return isWhole ? model : nil
    }

    /// Reports when of the alternatives none is there, or more than one; false without one.
    private func checkAlternatives(_ node: Node, _ review: inout Review) -> Bool {
        let names = outline.alternatives
        guard let first = names.first, let index = indexByName[first] else { return true }
        let written = names.compactMap { node.entry($0) }
            .sorted {
                ($0.key.start.line, $0.key.start.column)
                    < ($1.key.start.line, $1.key.start.column)
            }
        let words = names.joined(separator: ", ")
        guard let kept = written.first?.key.text else {
            review.error(
                "\(review.place ?? "the file") lacks one of the keys \(words)",
                at: review.placeNode ?? node, suggestion: "add \(first): \(keys[index].example)")
            return false
        }
        for entry in written.dropFirst() {
            review.error(
                "'\(kept)' and '\(entry.key.text ?? "")' exclude each other\(review.inPlace)",
                at: entry.key, suggestion: "keep one of \(words)")
        }
        return true
    }

    private func reportUnknown(_ key: Node, _ text: String, _ review: inout Review) {
        let stranger = foreign[text]
        if let stranger, let home = stranger.home {
            review.error(
                "'\(text)' is for \(home), not for \(review.place ?? "the top level")", at: key,
                suggestion: stranger.suggestion)
            return
        }
        let near =
            review.isFull || stranger != nil
            ? nil : Spelling.nearest(to: text, among: keys.map(\.name) + foreign.keys.sorted())
        review.error(
            "unknown key \(Visible.quoted(text))\(review.inPlace)", at: key,
            suggestion: stranger?.suggestion ?? near.map { "did you mean '\($0)'?" }
                ?? "the keys here are " + keys.map(\.name).joined(separator: ", "))
    }
}

extension Shape {
    /// The mapping that this is or may be.
    fileprivate var innermost: Shape {
        guard case .either(let first, let second) = self else { return self }
        if case .section = first { return first }
        if case .off = second { return first.innermost }
        return second
    }
}
