// Mappings whose keys are values themselves: header fields, parameters, statuses.

extension Kind {
    /// A mapping from keys of one kind to values of this one, in the order of the file; it may be
    /// empty.
    ///
    /// - Parameters:
    ///   - key: What the keys are.
    ///   - noun: What a key is, for messages.
    ///   - words: What leads to what, for messages: "header fields to values".
    ///   - identity: What no two keys may have in common.
    ///   - make: An element of the result.
    func keyed<Name, Identity: Hashable & Sendable, Made>(
        by key: Kind<Name>, _ noun: String, _ words: String,
        identity: @escaping @Sendable (Name) -> Identity,
        make: @escaping @Sendable (Name, Value) -> Made
    ) -> Kind<[Made]> {
        let mappingShape = Shape.keyed(words, key: key.shape, value: shape)
        return Kind<[Made]>(mappingShape) { node, review in
            guard case .mapping(let entries) = node.content else {
                review.error("expected \(mappingShape.phrase), found \(node.phrase)", at: node)
                return nil
            }
            let outer = (review.place, review.placeNode)
            defer { (review.place, review.placeNode) = outer }
            var made: [Made] = []
            var seen: [Identity: Mark] = [:]
            for entry in entries {
                let text = Visible.quoted(entry.key.text ?? "")
                (review.place, review.placeNode) = outer
                guard let name = key.decode(entry.key, &review) else { continue }
                if let first = seen[identity(name)] {
                    review.error(
                        "\(noun) \(text) is there twice\(review.inPlace), "
                            + "first on line \(first.line)",
                        at: entry.key)
                }
                seen[identity(name)] = entry.key.start
                review.place = "\(noun) \(text)" + (outer.0.map { " of \($0)" } ?? "")
                review.placeNode = entry.key
                guard let value = decode(entry.value, &review) else { continue }
                made.append(make(name, value))
            }
            return made
        }
    }
}
