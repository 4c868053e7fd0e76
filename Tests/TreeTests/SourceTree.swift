// The sources as text: which files there are, what they import and declare, and what targets
// Package.swift makes of them.

import Support

/// One Swift file below Sources.
struct SourceFile: Sendable, CustomStringConvertible {
    /// Below Sources: `Platform/Linux/Pipe.swift`.
    let path: String
    let lines: [Substring]

    var description: String { path }

    /// Without `.swift`.
    var name: String { String(path.split(separator: "/").last!.dropLast(".swift".count)) }

    /// The modules it imports.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
                words[..<index].allSatisfy({
                    ["public", "internal", "package", "private", "fileprivate"].contains($0)
                        || $0.hasPrefix("@")
                })
            else { return nil }
            return words[index + 1].split(separator: ".").first.map(String.init)
        }
    }

    /// Its lines without comments. Strings are left as they are.
    var code: [Substring] {
        lines.map { line in
            line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
        }
    }
}

/// A target of Package.swift that is part of the product.
struct SourceTarget: Sendable {
    let name: String
    /// Below Sources, ended by a slash.
    let folder: String
    /// Targets of this package that it may import.
    let dependencies: [String]
}

/// All of it.
enum SourceTree {
    static let root: String =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static let manifest = TextFile.read("\(root)/Package.swift")

    static let files: [SourceFile] = {
        let found = Command.run("find", ["\(root)/Sources", "-name", "*.swift"])
        return found.output.split(separator: "\n").sorted().map { path in
            SourceFile(
                path: String(path.dropFirst("\(root)/Sources/".count)),
                lines: TextFile.read(String(path))
                    .split(separator: "\n", omittingEmptySubsequences: false))
        }
    }()

    static let targets: [SourceTarget] = {
        // A target ends where the next one begins. Names and folders are the first of their kind
        // within it.
        let starts = [".target(", ".executableTarget(", ".testTarget("]
        var text = manifest
        for start in starts { text = text.replacing(start, with: "\0") }
        return text.split(separator: "\0").dropFirst().compactMap { body in
            guard let path = quoted(after: "path: ", in: body), path.hasPrefix("Sources/"),
                let name = quoted(after: "name: ", in: body)
            else { return nil }
            var dependencies: [String] = []
            if let list = body.firstRange(of: "dependencies: [") {
                let items = body[list.upperBound...].prefix { $0 != "]" }
                for line in items.split(separator: "\n") where !line.contains(".product(") {
                    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
                    dependencies += parts.enumerated().filter { $0.offset % 2 == 1 }
                        .map { String($0.element) }
                }
            }
            return SourceTarget(
                name: name, folder: path.dropFirst("Sources/".count) + "/",
                dependencies: dependencies)
        }
    }()

    /// The files of a target.
    static func files(of target: SourceTarget) -> [SourceFile] {
        files.filter { $0.path.hasPrefix(target.folder) }
    }

    private static func quoted(after label: String, in text: Substring) -> String? {
        guard let found = text.firstRange(of: "\(label)\"") else { return nil }
        return String(text[found.upperBound...].prefix { $0 != "\"" })
    }
}
