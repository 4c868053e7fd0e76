// A JSON value to be written (RFC 8259), with members in the order they were given. Reading JSON is
// not its business, and Foundation would be a large guest for so little.

/// A JSON value.
indirect enum JSON: Sendable {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case array([JSON])
    case object([(String, JSON)])

    /// The value indented by two blanks a level, with a line feed at the end.
    var text: String {
        var text = ""
        write(to: &text, indent: "")
        return text + "\n"
    }

    private func write(to text: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .string(let value): text += JSONText.quoted(value)
        case .integer(let value): text += String(value)
        case .number(let value): text += String(value)
        case .boolean(let value): text += value ? "true" : "false"
        case .array(let values):
            guard !values.isEmpty else { return text += "[]" }
            for (index, value) in values.enumerated() {
                text += (index == 0 ? "[\n" : ",\n") + inner
                value.write(to: &text, indent: inner)
            }
            text += "\n" + indent + "]"
        case .object(let members):
            guard !members.isEmpty else { return text += "{}" }
            for (index, (name, value)) in members.enumerated() {
                text += (index == 0 ? "{\n" : ",\n") + inner
                text += JSONText.quoted(name) + ": "
                value.write(to: &text, indent: inner)
            }
            text += "\n" + indent + "}"
        }
    }
}
