// Which Debian packages own the shared libraries that a program loads, by ldd(1) and dpkg(1). It
// only reads the output of both, and judges nothing.

import Glibc

/// The shared libraries that a program needs, and who owns them.
enum SharedLibraries {
    /// The paths in what `ldd` prints: `libm.so.6 => /lib/libm.so.6 (0x…)`, or the loader's alone.
    /// A library that is not found is given by its name, which no package owns.
    static func paths(inOutputOfLDD text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if let arrow = words.firstIndex(of: "=>"), words.indices.contains(arrow + 1) {
                return words[arrow + 1] == "not" ? words[0] : words[arrow + 1]
            }
            // The kernel maps linux-vdso into every process; it is no file.
            return words.first.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
    }

    /// The package in what `dpkg -S` prints: `libc6:amd64: /lib/x86_64-linux-gnu/libc.so.6`.
    static func package(inOutputOfDpkg text: String) -> String? {
        for line in text.split(separator: "\n") where !line.hasPrefix("diversion") {
            if let name = line.split(separator: ":").first, line.contains(": /") {
                return String(name)
            }
        }
        return nil
    }

    /// The package that owns a library, or nil. On a system where `/lib` is a link to `/usr/lib`,
    /// packages may know the file by either name, so both are asked for.
    static func owner(of library: String) throws -> String? {
        let names =
            library.hasPrefix("/usr/")
            ? [library, String(library.dropFirst(4))] : [library, "/usr" + library]
        for name in names {
            let answer = try ToolOutput.of("/usr/bin/dpkg", "-S", name)
            if answer.status == 0, let package = package(inOutputOfDpkg: answer.text) {
                return package
            }
        }
        return nil
    }
}
