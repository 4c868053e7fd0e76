// Kinds that are made of others.

extension Kind {
    /// A kind, or the word `off`, which is nil.
    static func orOff<Wrapped>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        let (shape, spell, decode) = (kind.shape, kind.spell, kind.decode)
        return Kind(.either(shape, .off)) {
            $0.map(spell) ?? "off"
        } decode: { node, review in
            if node.text == "off" { return .some(nil) }
            if let text = node.text {
                let isNear =
                    ["false", "never", "none"].contains(text) || text == "0" && !shape.takesZero
                if isNear || shape.isSection {
                    review.error(
                        "expected \(shape.phrase), or off, found \(node.phrase)", at: node,
                        suggestion: isNear ? "write off" : nil)
                    return nil
                }
            }
            return decode(node, &review).map { .some($0) }
        }
    }

    /// A kind, or the value `false`, which is nil.
    static func orFalse<Wrapped>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        let (shape, spell, decode) = (kind.shape, kind.spell, kind.decode)
        return Kind(.either(shape, .never)) {
            $0.map(spell) ?? "false"
        } decode: { node, review in
            if case .scalar("false", isPlain: true) = node.content { return .some(nil) }
            if let text = node.text {
                let words = node.isNothing ? "nothing" : Visible.quoted(text)
                review.error(
                    "expected \(shape.phrase), or false, found \(words)", at: node,
                    suggestion: ["off", "no", "none", "never"].contains(text) ? "write false" : nil)
                return nil
            }
            return decode(node, &review).map { .some($0) }
        }
    }

    /// A mapping, or `true` for that with all its defaults, or `false`, which is nil.
    static func orBoolean<Wrapped>(
        _ section: Section<Wrapped>, fresh: Wrapped
    ) -> Kind where Value == Wrapped? {
        let kind = section.kind
        let shape = Shape.either(kind.shape, .boolean)
        return Kind(shape) {
            $0 == nil ? "false" : nil
        } decode: { node, review in
            guard let text = node.text else { return kind.decode(node, &review).map { .some($0) } }
            if case .scalar("true", isPlain: true) = node.content { return .some(fresh) }
            if case .scalar("false", isPlain: true) = node.content { return .some(nil) }
            let word = text.lowercased()
            review.error(
                "expected \(shape.phrase), found \(node.phrase)", at: node,
                suggestion: ["on", "yes", "true"].contains(word)
                    ? "write true" : ["off", "no", "false"].contains(word) ? "write false" : nil)
            return nil
        }
    }

    /// This kind, or a short form of it as a scalar.
    func orShort<Short: Sendable>(
        _ short: Kind<Short>, _ lengthen: @escaping @Sendable (Short) -> Value,
        spell: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> Kind {
        Kind(.either(short.shape, shape), spell: spell) { node, review in
            if node.text != nil { return short.decode(node, &review).map(lengthen) }
            return decode(node, &review)
        }
    }

    /// A list of at least one value, no two of them with one identity.
    ///
    /// - Parameters:
    ///   - noun: What an element is, for messages.
    ///   - identity: What no two elements may have in common; nil for one that has it with none.
    ///   - allowsOne: Takes a single value for a list of it.
    func list<Identity: Hashable & Sendable>(
        of noun: String, identity: @escaping @Sendable (Value) -> Identity?, allowsOne: Bool = false
    ) -> Kind<[Value]> {
        let listShape = Shape.list(shape)
        let spell = spell
        return Kind<[Value]>(allowsOne ? .either(shape, listShape) : listShape) { values in
            let words = values.compactMap(spell)
            guard !words.isEmpty, words.count == values.count else { return nil }
            return "[" + words.joined(separator: ", ") + "]"
        } decode: { node, review in
            let outer = (review.place, review.placeNode)
            defer { (review.place, review.placeNode) = outer }
            let suffix = outer.0.map { " of \($0)" } ?? ""
            guard case .list(let elements) = node.content else {
                if allowsOne, !node.isNothing {
                    review.place = "the \(noun)\(suffix)"
                    review.placeNode = node
                    return decode(node, &review).map { [$0] }
                }
                review.error("expected \(listShape.phrase), found \(node.phrase)", at: node)
                return nil
            }
            if elements.isEmpty {
                review.error(
                    "the list is empty, and needs at least one \(noun)\(review.inPlace)", at: node)
                return nil
            }
            var values: [Value] = []
            var seen: [Identity: Mark] = [:]
            for (index, element) in elements.enumerated() {
                review.place = "\(noun) \(index + 1)\(suffix)"
                review.placeNode = element
                guard let value = decode(element, &review) else { continue }
                guard let key = identity(value) else {
                    values.append(value)
                    continue
                }
                if let first = seen[key] {
                    let words = Visible.quoted("\(key)")
                    review.place = outer.0
                    review.error(
                        "\(noun) \(words) is there twice\(review.inPlace), "
                            + "first on line \(first.line)",
                        at: element)
                    continue
                }
                seen[key] = element.start
                values.append(value)
            }
            return values
        }
    }

    /// A mapping from names to values of this kind, in the order of the file.
    ///
    /// - Parameters:
    ///   - noun: What a value is, for messages.
    ///   - plural: What all of them are.
    ///   - declare: Called with each name before its value is decoded.
    ///   - setName: Gives a value its name.
    func named(
        _ noun: String, plural: String,
        declare: @escaping @Sendable (Review.Mention, inout Review) -> Void = { _, _ in },
        setName: @escaping @Sendable (inout Value, String) -> Void
    ) -> Kind<[Value]> {
        let mappingShape = Shape.named(plural, shape)
        return Kind<[Value]>(mappingShape) { node, review in
            guard case .mapping(let entries) = node.content else {
                review.error(
                    "expected \(mappingShape.phrase), found \(node.phrase)", at: node)
                return nil
            }
            let outer = (review.place, review.placeNode)
            defer { (review.place, review.placeNode) = outer }
            var values: [Value] = []
            var seen: [String: Mark] = [:]
            for entry in entries {
                let text = entry.key.text ?? ""
                review.place = "\(noun) \(Visible.quoted(text))"
                review.placeNode = entry.key
                if let first = seen[text] {
                    review.error(
                        "\(noun) \(Visible.quoted(text)) is there twice, "
                            + "first on line \(first.line)",
                        at: entry.key)
                }
                seen[text] = entry.key.start
                if let name = Kind<String>.name.decode(entry.key, &review) {
                    declare(Review.Mention(name: name, node: entry.key), &review)
                }
                guard var value = decode(entry.value, &review) else { continue }
                setName(&value, text)
                values.append(value)
            }
            return values
        }
    }
}
