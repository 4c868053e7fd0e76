// How values of one Swift type stand in the file: reading, writing and describing them. Kinds are
// put together from smaller ones; `Kind+Scalars` and `Kind+Collections` have those there are.

/// A kind of value.
struct Kind<Value: Sendable>: Sendable {
    /// What it may look like.
    let shape: Shape
    /// The value of a node; nil after an error was reported.
    let decode: @Sendable (Node, inout Review) -> Value?
    /// How a default is spelled; nil for one that has no spelling.
    let spell: @Sendable (Value) -> String?

    init(
        _ shape: Shape, spell: @escaping @Sendable (Value) -> String? = { _ in nil },
        decode: @escaping @Sendable (Node, inout Review) -> Value?
    ) {
        self.shape = shape
        self.decode = decode
        self.spell = spell
    }

    /// A kind that stands as one scalar. Numbers and words are `isPlain`: in quotes they are text,
    /// and every other program that reads the file would say so.
    static func scalar(
        _ shape: Shape, isPlain: Bool = false,
        spell: @escaping @Sendable (Value) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) throws(Refusal) -> Value
    ) -> Kind {
        Kind(shape, spell: spell) { node, review in
            guard case .scalar(let text, let nodeIsPlain) = node.content, !node.isNothing else {
                review.error("expected \(shape.phrase), found \(node.phrase)", at: node)
                return nil
            }
            do throws(Refusal) {
                let value = try parse(text)
                guard isPlain && !nodeIsPlain else { return value }
                review.error(
                    "expected \(shape.phrase), found text in quotes", at: node,
                    suggestion: "remove the quotes")
            } catch {
                review.error(error.message, at: node, suggestion: error.suggestion)
            }
            return nil
        }
    }

    /// The same form for another Swift type.
    func map<Other: Sendable>(
        _ transform: @escaping @Sendable (Value) -> Other,
        back: @escaping @Sendable (Other) -> Value?
    ) -> Kind<Other> {
        Kind<Other>(shape) {
            back($0).flatMap(spell)
        } decode: { node, review in
            decode(node, &review).map(transform)
        }
    }

    /// A value that need not be there, and whose absence has no spelling.
    static func optional<Wrapped>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        kind.map {
            $0
        } back: {
            $0
        }
    }
}
