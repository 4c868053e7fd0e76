// Other programs: run to their end, or started and ended by the test that started them.

import Glibc

/// A program that was run to its end.
public struct Command: Sendable {
    /// Its exit code, or 128 and the number of the signal that ended it.
    public let status: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String

    /// Runs a program and waits for it. The path is absolute, or a name to be found on PATH.
    public static func run(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) -> Command {
        let process = ChildProgram(path, arguments, environment: environment)
        let status = process.waitForExit()
        return Command(status: status, output: process.output, errors: process.errors)
    }

    /// True when a program of that name is on PATH or in the system's directories.
    public static func exists(_ name: String) -> Bool { ChildProgram.find(name) != nil }
}

/// A program that runs beside the test. It is killed when it is released, if it has not ended.
public final class ChildProgram: @unchecked Sendable {
    /// Its process number.
    public let pid: pid_t
    private let outputFile: Int32
    private let errorFile: Int32
    private var status: Int32?

    /// Starts a program. The path is absolute, or a name to be found on PATH. `environment` is
    /// added to the test's own.
    public init(_ path: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
        guard let program = Self.find(path) else { fatalError("there is no program \(path)") }
        outputFile = Self.makeFile()
        errorFile = Self.makeFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputFile, 1)
        posix_spawn_file_actions_adddup2(&actions, errorFile, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        var settings: [UnsafeMutablePointer<CChar>?] = Self.merged(environment).map { strdup($0) }
        words.append(nil)
        settings.append(nil)
        defer { (words + settings).forEach { free($0) } }
        var child: pid_t = 0
        let result = InheritanceLock.withLock {
            posix_spawn(&child, program, &actions, &attributes, &words, &settings)
        }
        precondition(result == 0, "cannot start \(program): \(result)")
        pid = child
    }

    deinit {
        if status == nil {
            signal(SIGKILL)
            waitForExit()
        }
        for file in [outputFile, errorFile] { close(file) }
    }

    /// What it has written to standard output so far.
    public var output: String { Self.read(outputFile) }

    /// What it has written to standard error so far.
    public var errors: String { Self.read(errorFile) }

    /// True while it runs.
    public var isRunning: Bool { !hasEnded() }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end and returns its exit code, or 128 and the number of the signal that ended
    /// it.
    @discardableResult
    public func waitForExit(milliseconds: UInt64 = 120_000) -> Int32 {
        guard eventually(within: milliseconds, hasEnded), let status else {
            fatalError("process \(pid) did not end within \(milliseconds) ms:\n\(errors)")
        }
        return status
    }

    private func hasEnded() -> Bool {
        if status != nil { return true }
        var raw: Int32 = 0
        guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
        status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
        return true
    }

    static func find(_ name: String) -> String? {
        if name.hasPrefix("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let directories = path.split(separator: ":") + ["/usr/sbin", "/usr/bin", "/bin", "/sbin"]
        return directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static func merged(_ additions: [String: String]) -> [String] {
        var result: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if additions[String(text.prefix { $0 != "=" })] == nil { result.append(text) }
            next += 1
        }
        return result + additions.map { "\($0.key)=\($0.value)" }
    }

    /// A file without a name, gone with its descriptor.
    private static func makeFile() -> Int32 {
        var template = Array("/tmp/sluice-output-XXXXXX".utf8CString)
        let file = InheritanceLock.withLock {
            let file = mkstemp(&template)
            precondition(file >= 0, "mkstemp: \(errno)")
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            return file
        }
        unlink(template)
        return file
    }

    private static func read(_ file: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = pread(file, &buffer, buffer.count, off_t(bytes.count)), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
