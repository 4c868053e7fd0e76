// The way from the root to a file, link by link: a change at any of its steps can change what the
// file's path leads to.

internal import Glibc

/// The steps of a path that may change.
enum FileTrail {
    /// A name in a directory.
    struct Step: Hashable {
        /// Its path holds no symbolic links.
        let directory: String
        let name: String
    }

    /// As many links as the kernel follows in one path (path_resolution(7)).
    static let linksMax = 40

    /// The symbolic links on the way, and the last name: that of the file, or of the first thing
    /// that is missing.
    static func steps(of path: String) -> [Step] {
        var steps: [Step] = []
        var directory = "/"
        // What is still to go, the next name last.
        var rest = Array(path.split(separator: "/").reversed())
        var linkCount = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                directory = parent(of: directory)
                continue
            }
            let whole = directory == "/" ? "/\(name)" : "\(directory)/\(name)"
            switch target(of: whole) {
            case .link(let target):
                steps.append(Step(directory: directory, name: String(name)))
                linkCount += 1
                guard linkCount <= linksMax else { return steps }
                if target.hasPrefix("/") { directory = "/" }
                rest += target.split(separator: "/").reversed()
            case .other where !rest.isEmpty:
                directory = whole
            case .other, .missing:
                steps.append(Step(directory: directory, name: String(name)))
                return steps
            }
        }
        return steps
    }

    private enum Target {
        case link(String)
        case other
        case missing
    }

    private static func target(of path: String) -> Target {
        var space = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe space.withUnsafeMutableBytes {
            guard let base = $0.baseAddress else { return -1 }
            return unsafe readlink(path, base.assumingMemoryBound(to: CChar.self), $0.count)
        }
        if count >= 0 { return .link(String(decoding: space[..<count], as: UTF8.self)) }
        return errno == EINVAL ? .other : .missing
    }

    /// Of a path without links, so it is the directory that `..` leads to.
    private static func parent(of directory: String) -> String {
        let names = directory.split(separator: "/").dropLast()
        return "/" + names.joined(separator: "/")
    }
}
