// Files of cases as they lie in a folder beside the tests.

import Glibc

/// Reading of folders with cases in them.
public enum CaseFiles {
    /// The folder of all tests.
    public static let testsFolder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")

    /// The names of the files in a folder, in order, without hidden ones.
    public static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The octets of a file.
    public static func octets(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        precondition(descriptor >= 0, "cannot open \(path)")
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return octets }
            octets += buffer[..<count]
        }
    }
}
