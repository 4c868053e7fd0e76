// All cases of a kind, from the files beside this one.

import Glibc

/// Cases that belong together.
public enum ConformanceSuite {
    /// Requests of HTTP/1.1.
    public static let httpRequests = load("HTTP/requests")
    /// Responses of HTTP/1.1.
    public static let httpResponses = load("HTTP/responses")

    private static let root =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

    /// The cases of all files in a folder, by file and as they stand there.
    private static func load(_ folder: String) -> [ConformanceCase] {
        let names = fileNames("\(root)/\(folder)")
        precondition(!names.isEmpty, "no cases in \(folder)")
        return names.flatMap { name -> [ConformanceCase] in
            let lines = text("\(root)/\(folder)/\(name)").split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
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

    private static func fileNames(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".cases") { names.append(name) }
        }
        return names.sorted()
    }

    private static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        precondition(descriptor >= 0, "cannot open \(path)")
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
            octets += buffer[..<count]
        }
    }
}
