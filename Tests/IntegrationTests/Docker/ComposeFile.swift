// What the tests ask of a compose file: its services, the values of a key, the items of a list. It
// goes by indentation in the block style that our file keeps to, and is no reader of YAML.

/// One compose file, as lines with their indentation.
struct ComposeFile {
    private let lines: [(indentation: Int, text: String)]

    /// Reads the text of a compose file.
    init(_ text: String) {
        lines = text.split(separator: "\n").compactMap { line in
            let body = line.drop { $0 == " " }
            return body.isEmpty || body.hasPrefix("#")
                ? nil : (line.count - body.count, String(body))
        }
    }

    /// The names of the services.
    var services: [String] {
        block(under: "services:").filter { $0.indentation == 2 }
            .map { String($0.text.prefix { $0 != ":" }) }
    }

    /// Every value of `key`, wherever it stands.
    func values(of key: String) -> [String] {
        lines.filter { $0.text.hasPrefix(key + ": ") }
            .map { String($0.text.dropFirst(key.count + 2)) }
    }

    /// The items of every list under `key`, without quotes.
    func items(of key: String) -> [String] {
        block(under: key + ":").filter { $0.text.hasPrefix("- ") }
            .map { String($0.text.dropFirst(2).filter { $0 != "\"" }) }
    }

    /// The lines that are indented deeper than each line that says exactly `title`.
    private func block(under title: String) -> [(indentation: Int, text: String)] {
        var depth: Int?
        return lines.filter { line in
            if let outer = depth, line.indentation > outer { return true }
            depth = line.text == title ? line.indentation : nil
            return false
        }
    }
}
