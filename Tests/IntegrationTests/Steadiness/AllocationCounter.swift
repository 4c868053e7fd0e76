// The library that counts allocations and retains inside the program under test: built from its C
// source, preloaded, and read through a file. The layout here is that of `AllocationCounter.c`.

import Glibc
import Support
import Testing

/// Counts of one thread, or of several.
struct AllocationCounts: Equatable, CustomStringConvertible {
    var allocations = 0
    var frees = 0
    var retains = 0
    var releases = 0
    var objects = 0

    var description: String {
        "\(allocations) allocations, \(frees) frees, \(retains) retains, \(releases) releases"
    }

    static func + (left: AllocationCounts, right: AllocationCounts) -> AllocationCounts {
        combine(left, right, +)
    }

    static func - (left: AllocationCounts, right: AllocationCounts) -> AllocationCounts {
        combine(left, right, -)
    }

    private static func combine(
        _ left: AllocationCounts, _ right: AllocationCounts, _ operation: (Int, Int) -> Int
    ) -> AllocationCounts {
        AllocationCounts(
            allocations: operation(left.allocations, right.allocations),
            frees: operation(left.frees, right.frees),
            retains: operation(left.retains, right.retains),
            releases: operation(left.releases, right.releases),
            objects: operation(left.objects, right.objects))
    }
}

/// The counting library and the file of one process that it is loaded into.
final class AllocationCounter: Sendable {
    /// What the library finds in a program that the Swift runtime is linked into.
    static let hooksExpected = 6

    private let library: String
    private let countsPath: String

    /// Builds the library in a directory that outlives this.
    init(in directory: TemporaryDirectory) throws {
        library = directory.file("AllocationCounter.so")
        countsPath = directory.file("counts")
        let tests = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let source = "\(tests)/AllocationCounter/AllocationCounter.c"
        let built = Command.run(
            try #require(Self.compiler, "the toolchain's clang is not found"),
            ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source])
        try #require(built.status == 0, "\(built.errors)")
        TextFile.write(String(repeating: "\0", count: 8192), to: countsPath)
    }

    /// What a program is to be started with.
    var environment: [String: String] {
        ["LD_PRELOAD": library, "SLUICE_ALLOCATION_COUNTS": countsPath]
    }

    /// How much of the Swift runtime is being counted.
    var hooks: Int { words()[0] }

    /// What all threads together have done.
    func total() -> AllocationCounts { rows().map(\.counts).reduce(AllocationCounts(), +) }

    /// What the threads of that name have done.
    func counts(ofThreads name: String, in pid: pid_t) -> AllocationCounts {
        rows().filter { row in
            TextFile.read("/proc/\(pid)/task/\(row.thread)/comm") == "\(name)\n"
        }.map(\.counts).reduce(AllocationCounts(), +)
    }

    /// The C compiler of the Swift toolchain that runs this test, which need not be on PATH. Others
    /// do not know the calling convention of the hooks.
    private static var compiler: String? {
        let library = TextFile.read("/proc/self/maps").split(separator: "\n")
            .first { $0.hasSuffix("/usr/lib/swift/linux/libTesting.so") }
        guard let path = library?.split(separator: " ").last else { return nil }
        return "/" + path.split(separator: "/").dropLast(4).joined(separator: "/") + "/bin/clang"
    }

    private func rows() -> [(thread: Int, counts: AllocationCounts)] {
        let words = words()
        return (0..<min(words[1], 64)).map { index in
            let row = words[(8 + 8 * index)...].prefix(8).map { $0 }
            return (
                row[0],
                AllocationCounts(
                    allocations: row[1], frees: row[2], retains: row[3], releases: row[4],
                    objects: row[5])
            )
        }
    }

    /// The file as integers of 64 bits. The process maps it: a read sees what is there now.
    private func words() -> [Int] {
        var words = [Int](repeating: 0, count: 1024)
        let file = open(countsPath, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let count = words.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        precondition(count == 8192, "the counts were cut")
        return words
    }
}
