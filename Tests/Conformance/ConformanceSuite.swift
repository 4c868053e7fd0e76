// All cases of a kind, from the files beside this one.

/// Cases that belong together.
public enum ConformanceSuite {
    /// Requests of HTTP/1.1.
    public static let httpRequests = load("HTTP/requests")
    /// Responses of HTTP/1.1.
    public static let httpResponses = load("HTTP/responses")

    /// The cases of all files in a folder, by file and as they stand there.
    private static func load(_ folder: String) -> [ConformanceCase] {
        let path = "\(CaseFiles.testsFolder)/Conformance/\(folder)"
        let names = CaseFiles.names(in: path).filter { $0.hasSuffix(".cases") }
        precondition(!names.isEmpty, "no cases in \(path)")
        return names.flatMap { name -> [ConformanceCase] in
            let text = String(decoding: CaseFiles.octets("\(path)/\(name)"), as: UTF8.self)
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            precondition(lines.count % 3 == 0, "\(name): a case has three lines")
            return stride(from: 0, to: lines.count, by: 3).map { index in
                ConformanceCase(
                    file: String(name.dropLast(".cases".count)), title: lines[index],
                    octets: indented(lines[index + 1]), outcome: indented(lines[index + 2]))
            }
        }
    }

    private static func indented(_ line: Substring) -> Substring {
        precondition(line.hasPrefix("    "), "\(line) is not indented")
        return line.dropFirst(4)
    }
}
