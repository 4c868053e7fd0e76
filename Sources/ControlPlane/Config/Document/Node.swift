// The tree that a file's YAML makes: text, lists and mappings with their places. Scalars stay text,
// since what `off` or `010` means depends on the key, never on how it looks.

/// A node of the tree.
struct Node: Sendable {
    /// A key and its value in a mapping.
    struct Entry: Sendable {
        var key: Node
        var value: Node
    }

    /// What a node holds.
    enum Content: Sendable {
        /// Text; `isPlain` when it stands without quotes.
        case scalar(String, isPlain: Bool)
        case list([Node])
        case mapping([Entry])
    }

    var content: Content
    var start: Mark
    /// Behind the last character.
    var end: Mark

    /// The text of a scalar.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// True when a key has nothing behind it, or `null`, or `~`.
    var isNothing: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, for "expected …, found …".
    var phrase: String {
        switch content {
        case .scalar(let text, _): isNothing ? "nothing" : Visible.quoted(text)
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The entry of that key in a mapping; the last one should it be there twice. Linear.
    func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.last { $0.key.text == key }
    }

    /// The value of that key in a mapping. Linear.
    subscript(key: String) -> Node? { entry(key)?.value }

    /// The elements of a list, or else the node alone.
    var elements: [Node] {
        if case .list(let elements) = content { elements } else { [self] }
    }
}
