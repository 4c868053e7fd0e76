// Keys of how a route compares paths and fields, where a mapping says more than text alone.

extension Table {
    /// `listeners.NAME.routes[].path`.
    static let pathMatch = Section<PathPattern>(
        "path_match", "A path, and how it is compared.",
        // One of the keys is there, so this never leaves the table.
        fresh: .prefix("/"),
        keys: [
            Key("exact", \.exact, .optional(.exactPath), example: "/health", "This path alone."),
            Key(
                "prefix", \.prefix, .optional(.prefixPath), example: "/v1",
                "This path and all below it, as with text alone."),
        ],
        alternatives: ["exact", "prefix"])

    /// `listeners.NAME.routes[].headers.NAME`, and the same of `query`.
    static func valueMatch(_ text: Kind<String>) -> Section<ValuePattern> {
        Section(
            "value_match", "A value, and how it is compared.",
            fresh: .present,
            keys: [
                Key(
                    "exact", \.exact, .optional(text), example: "present",
                    "The whole value, `present` and `absent` included."),
                Key(
                    "prefix", \.prefix, .optional(text.notEmpty), example: "\"v2-\"",
                    "What the value begins with."),
            ],
            alternatives: ["exact", "prefix"])
    }
}

extension Kind where Value == String {
    /// The same kind of text, but for none.
    fileprivate var notEmpty: Kind {
        let (spell, decode) = (spell, decode)
        return Kind(shape, spell: spell) { node, review in
            guard node.text == "", !node.isNothing else { return decode(node, &review) }
            review.error(
                "every value begins with nothing", at: node, suggestion: "write present")
            return nil
        }
    }
}

extension PathPattern {
    fileprivate var exact: String? {
        get { if case .exact(let path) = self { path } else { nil } }
        set { if let newValue { self = .exact(newValue) } }
    }

    fileprivate var prefix: String? {
        get { if case .prefix(let path) = self { path } else { nil } }
        set { if let newValue { self = .prefix(newValue) } }
    }
}

extension ValuePattern {
    /// What text alone means.
    init(word: String) {
        self = word == "present" ? .present : word == "absent" ? .absent : .exact(word)
    }

    fileprivate var exact: String? {
        get { if case .exact(let value) = self { value } else { nil } }
        set { if let newValue { self = .exact(newValue) } }
    }

    fileprivate var prefix: String? {
        get { if case .prefix(let value) = self { value } else { nil } }
        set { if let newValue { self = .prefix(newValue) } }
    }
}
