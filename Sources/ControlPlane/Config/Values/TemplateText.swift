// Text with variables in braces, as values of header fields, targets and lines of a log have them.

/// Reads templates.
enum TemplateText {
    /// What is wrong with a template, and where in it.
    struct Flaw: Error {
        var message: String
        var suggestion: String?
        /// Characters, counted in Unicode scalars.
        var range: Range<Int>
    }

    /// The template that `text` is, with variables that are known at `stage`. `{{` and `}}` are
    /// braces.
    static func parse(_ text: String, stage: TemplateStage) throws(Flaw) -> ValueTemplate {
        let scalars = Array(text.unicodeScalars)
        var parts: [ValueTemplate.Part] = []
        var literal = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            guard scalar == "{" || scalar == "}" else {
                literal.append(scalar)
                index += 1
                continue
            }
            if index + 1 < scalars.count, scalars[index + 1] == scalar {
                literal.append(scalar)
                index += 2
                continue
            }
            let end = scalars[index...].firstIndex(of: "}") ?? scalars.count
            guard scalar == "{", end < scalars.count else {
                throw Flaw(
                    message: scalar == "{"
                        ? "'{' begins a variable that nothing ends" : "'}' ends no variable",
                    suggestion: "write \(scalar)\(scalar) for the brace itself",
                    range: index..<index + 1)
            }
            if !literal.isEmpty { parts.append(.literal(String(literal))) }
            literal = String.UnicodeScalarView()
            let name = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
            do {
                parts.append(.variable(try variable(name, stage: stage)))
            } catch {
                throw Flaw(
                    message: error.message, suggestion: error.suggestion, range: index..<end + 1)
            }
            index = end + 1
        }
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        return ValueTemplate(parts)
    }

    /// The variable that stands between braces.
    private static func variable(
        _ text: String, stage: TemplateStage
    ) throws(Refusal) -> TemplateVariable {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let word = String(text[..<colon])
        let name = String(text[colon...].dropFirst())
        let variable: TemplateVariable
        switch word {
        case "header", "response_header", "cookie":
            guard !name.isEmpty else {
                throw Refusal(
                    "\(Visible.quoted("{\(text)}")) lacks a name",
                    suggestion: "write one behind a colon, such as {\(word):\(example(word))}")
            }
            variable =
                switch word {
                case "header": .requestHeader(try FieldText.header(name).lowercased())
                case "cookie": .cookie(try FieldText.name(name, of: "cookie"))
                default: .responseHeader(try FieldText.header(name).lowercased())
                }
        default:
            guard let known = TemplateVariable.Word(rawValue: word) else {
                throw unknown(word, stage: stage)
            }
            guard colon == text.endIndex else {
                throw Refusal(
                    "\(Visible.quoted("{\(text)}")) has a name, and '\(word)' takes none",
                    suggestion: "write {\(word)}")
            }
            variable = .word(known)
        }
        guard variable.stage <= stage else {
            throw Refusal(
                "\(Visible.quoted("{\(text)}")) is not known yet \(when(stage))",
                suggestion: "the variables here are \(words(at: stage))")
        }
        return variable
    }

    private static func unknown(_ word: String, stage: TemplateStage) -> Refusal {
        guard !word.isEmpty else {
            return Refusal(
                "'{}' names no variable",
                suggestion: "write {{}} for braces; the variables here are \(words(at: stage))")
        }
        let known = TemplateVariable.Word.allCases.filter { $0.stage <= stage }.map(\.rawValue)
        let near = Spelling.nearest(to: word, among: known + ["header", "cookie"])
        return Refusal(
            "there is no variable \(Visible.quoted(word))",
            suggestion: near.map { "did you mean '\($0)'?" }
                ?? "the variables here are \(words(at: stage))")
    }

    /// The variables that are known at a stage, in words.
    static func words(at stage: TemplateStage) -> String {
        let known = TemplateVariable.Word.allCases.filter { $0.stage <= stage }.map(\.rawValue)
        let named =
            ["header:NAME", "cookie:NAME"] + (stage >= .responded ? ["response_header:NAME"] : [])
        return (known + named).joined(separator: ", ")
    }

    private static func example(_ word: String) -> String { word == "cookie" ? "id" : "X-User" }

    private static func when(_ stage: TemplateStage) -> String {
        switch stage {
        case .routed: "when a client is sent elsewhere"
        case .requested: "when a request is sent"
        case .responded: "when a response is sent"
        case .ended: "when an exchange has ended"
        }
    }
}
