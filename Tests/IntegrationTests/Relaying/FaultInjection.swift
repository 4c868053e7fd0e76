// The library of faults, built for the test that preloads it.

import Support

/// A program under test whose system calls misbehave.
struct FaultInjection {
    /// The library, which goes with it.
    private let directory = TemporaryDirectory()

    /// Why there is no library.
    struct NotBuilt: Error {
        let cause: String
    }

    /// Compiles the library.
    init() throws {
        guard let compiler = ["clang", "cc", "gcc"].first(where: Command.exists) else {
            throw NotBuilt(cause: "there is no C compiler")
        }
        let built = Command.run(
            compiler,
            ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", Self.source, "-o", library])
        guard built.status == 0 else { throw NotBuilt(cause: built.errors) }
    }

    private var library: String { directory.file("libfaults.so") }

    private static let source: String = {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(path)/FaultInjection/faults.c"
    }()

    /// What a process that suffers from faults needs in its environment; what is to happen by its
    /// name without FAULT_, rates in calls of 10,000.
    func environment(seed: UInt64 = 0, _ faults: [String: Int]) -> [String: String] {
        var result = ["LD_PRELOAD": library, "FAULT_SEED": "\(seed)"]
        for (name, number) in faults { result["FAULT_\(name)"] = "\(number)" }
        return result
    }
}
