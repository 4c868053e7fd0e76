// The table of keys as a JSON Schema, for editors and checkers of YAML.

/// The JSON Schema of the configuration file.
public enum ConfigurationSchema {
    /// The schema (JSON Schema, draft 2020-12), indented, with a line feed at the end. A file that
    /// it refuses is refused here too; the rules between keys are only known here.
    public static func jsonSchema() -> String {
        var definitions: [(String, JSON)] = []
        let root = definition(of: Table.root.outline, &definitions)
        guard case .object(let members) = root else {
            preconditionFailure("a mapping is an object")
        }
        let head: [(String, JSON)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Configuration of Sluice")),
        ]
        return JSON.object(head + members + [("$defs", .object(definitions))]).text
    }

    /// The object that a mapping is; the mappings in it are added to `definitions`.
    private static func definition(
        of outline: Outline, _ definitions: inout [(String, JSON)]
    ) -> JSON {
        var properties: [(String, JSON)] = []
        for entry in outline.entries {
            var members: [(String, JSON)] = [("description", .string(entry.summary))]
            if case .value(let text) = entry.absence {
                members.append(("default", value(text, of: entry.shape)))
            }
            properties.append((entry.name, .object(members + form(entry.shape, &definitions))))
        }
        let required = outline.entries.filter { $0.absence == .required }
        var members: [(String, JSON)] = [
            ("description", .string(outline.summary)),
            ("type", .string("object")),
            ("properties", .object(properties)),
            ("required", .array(required.map { .string($0.name) })),
            ("additionalProperties", .boolean(false)),
        ]
        if !outline.alternatives.isEmpty {
            let choices = outline.alternatives.map {
                JSON.object([("required", .array([.string($0)]))])
            }
            members.append(("oneOf", .array(choices)))
        }
        return .object(members)
    }

    /// The keywords that say what a value looks like.
    private static func form(
        _ shape: Shape, _ definitions: inout [(String, JSON)]
    ) -> [(String, JSON)] {
        switch shape {
        case .boolean:
            return [("type", .string("boolean"))]
        case .integer(let range):
            return [
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ]
        case .number(let range):
            return [
                ("type", .string("number")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)),
            ]
        case .duration:
            return [("type", .string("string")), ("pattern", .string("^[0-9]+(ms|s|m|h|d)$"))]
        case .percent(let range):
            let signed: [(String, JSON)] = [
                ("type", .string("string")), ("pattern", .string("^[0-9]{1,3}%$")),
            ]
            let forms = [JSON.object(form(.integer(range), &definitions)), .object(signed)]
            return [("anyOf", .array(forms))]
        case .size:
            return [("type", .string("string")), ("pattern", .string("^[0-9]+(B|KiB|MiB|GiB)$"))]
        case .text(_, let pattern):
            // A name such as 1 is a number to a program that does not know the key.
            let type = JSON.array([.string("string"), .string("integer")])
            return [("type", type)] + (pattern.map { [("pattern", .string($0))] } ?? [])
        case .word(let words):
            // Statuses are words here and numbers to every other program. Versions may be both.
            let values = words.flatMap { word -> [JSON] in
                if let integer = Int(word.word) { return [.integer(integer)] }
                let number = Double(word.word).map { [JSON.number($0)] } ?? []
                return number + [.string(word.word)]
            }
            return [("enum", .array(values))]
        case .off:
            return [("const", .string("off"))]
        case .never:
            return [("const", .boolean(false))]
        case .either(let first, let second):
            let forms = [first, second].map { JSON.object(form($0, &definitions)) }
            return [("anyOf", .array(forms))]
        case .list(let element):
            return [
                ("type", .string("array")), ("minItems", .integer(1)),
                ("items", .object(form(element, &definitions))),
            ]
        case .named(_, let element):
            let name = JSON.object(form(Kind<String>.name.shape, &definitions))
            return [
                ("type", .string("object")), ("propertyNames", name),
                ("additionalProperties", .object(form(element, &definitions))),
            ]
        case .keyed(_, let key, let element):
            // Names are text in JSON, whatever the key is here.
            let name: [(String, JSON)] =
                if case .text(_, let pattern?) = key {
                    [("propertyNames", .object([("pattern", .string(pattern))]))]
                } else {
                    []
                }
            return [("type", .string("object"))] + name
                + [("additionalProperties", .object(form(element, &definitions)))]
        case .section(let outline):
            if !definitions.contains(where: { $0.0 == outline.name }) {
                let place = definitions.count
                definitions.append((outline.name, .object([])))
                definitions[place].1 = definition(of: outline, &definitions)
            }
            return [("$ref", .string("#/$defs/\(outline.name)"))]
        }
    }

    /// A default as the JSON value that its spelling is in YAML.
    private static func value(_ text: String, of shape: Shape) -> JSON {
        switch shape {
        case .boolean: .boolean(text == "true")
        case .integer, .percent, .word: Int(text).map { .integer($0) } ?? .string(text)
        case .number: Double(text).map { .number($0) } ?? .string(text)
        case .never: .boolean(false)
        case .either(let first, let second):
            value(
                text,
                of: text == "off" || text == "false" || text.hasPrefix("[") ? second : first)
        case .list(let element):
            .array(
                text.dropFirst().dropLast().split(separator: ",").map {
                    value(String($0.drop { $0 == " " }), of: element)
                })
        default: .string(text)
        }
    }
}
