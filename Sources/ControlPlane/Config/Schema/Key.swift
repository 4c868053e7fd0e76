// A key of a mapping: its name, its kind, the field it fills and the words about it. The whole of
// what has to be written to add one to the file's language.

/// A key of the mapping that makes a `Model`.
struct Key<Model: Sendable>: Sendable {
    let name: String
    let shape: Shape
    let summary: String
    let example: String
    let isRequired: Bool
    /// What holds without the key, given a model of defaults.
    let absence: @Sendable (Model) -> Outline.Absence
    /// Stores the value of a node in the model; false after an error was reported.
    let decode: @Sendable (Node, inout Model, inout Review) -> Bool

    /// - Parameters:
    ///   - path: The field; what a fresh model has there is the default.
    ///   - absence: What holds without the key, where the default has no spelling.
    ///   - example: A value as it stands behind the colon.
    ///   - summary: What the key does, in sentences.
    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Model, Value> & Sendable, _ kind: Kind<Value>,
        isRequired: Bool = false, absence: String? = nil, example: String, _ summary: String
    ) {
        self.name = name
        shape = kind.shape
        self.summary = summary
        self.example = example
        self.isRequired = isRequired
        self.absence = { fresh in
            if isRequired { return .required }
            if let absence { return .words(absence) }
            return kind.spell(fresh[keyPath: path]).map { .value($0) }
                ?? .words("the defaults of its keys")
        }
        decode = { node, model, review in
            guard let value = kind.decode(node, &review) else { return false }
            model[keyPath: path] = value
            return true
        }
    }
}
