// A program that this one starts, pins to a processor, and ends by its number.

import Glibc

/// A running child. It ends by `wait` or `stop`, one of them once, on the thread that started it.
struct ChildProcess {
    let identifier: pid_t
    /// The file that receives what it prints, both streams.
    let outputPath: String

    /// - Parameters:
    ///   - diesWithParent: lets the kernel send it SIGTERM when this program dies in whatever way,
    ///     at the price of one more exec, by `setpriv`, before the program itself. prctl(2) tells
    ///     that the signal follows the death of the thread that started it: use the main one.
    static func start(
        _ arguments: [String], processor: Int, outputPath: String, diesWithParent: Bool = true
    ) throws -> ChildProcess {
        let guardian = diesWithParent ? ["/usr/bin/setpriv", "--pdeathsig", "TERM"] : []
        let program = try Files.findProgram(arguments[0])
        let command = guardian + [program] + arguments.dropFirst()
        Processors.pin(to: processor)
        defer { Processors.pin(to: Processors.load) }
        let identifier = try Cleanup.shared.start { try spawn(command, outputPath: outputPath) }
        return ChildProcess(identifier: identifier, outputPath: outputPath)
    }

    /// Runs a program to its end and gives what it printed.
    static func output(of arguments: [String], in directory: String) throws -> String {
        let path = "\(directory)/output"
        let process = try start(arguments, processor: Processors.load, outputPath: path)
        let code = process.wait()
        let text = Files.read(path) ?? ""
        guard code == 0 else {
            throw BenchmarkError("\(arguments[0]) failed (\(code)):\n\(text)")
        }
        return text
    }

    /// Processes that `process` started and that still run.
    static func children(of process: pid_t) -> [pid_t] {
        Files.names(in: "/proc/\(process)/task").flatMap { task in
            let list = Files.read("/proc/\(process)/task/\(task)/children") ?? ""
            return list.split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
        }
    }

    var isRunning: Bool {
        // WNOWAIT leaves the status for `wait` and `stop`; si_pid stays 0 while the child runs.
        var information = unsafe siginfo_t()
        let code = unsafe waitid(
            P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
        return unsafe code == 0 && information._sifields._kill.si_pid == 0
    }

    /// Waits for its end. The exit code, or 128 + the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        Cleanup.shared.ended(identifier)
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Ends it and what it started: twice gently, since the first signal may only begin a drain.
    func stop(signal: Int32 = SIGTERM) {
        let children = Self.children(of: identifier)
        for _ in 0..<2 {
            kill(identifier, signal)
            let deadline = Clock.now() + 1
            while isRunning && Clock.now() < deadline { Clock.pause(seconds: 0.002) }
            if !isRunning { break }
        }
        if isRunning {
            for child in children { kill(child, SIGKILL) }
            kill(identifier, SIGKILL)
        }
        _ = wait()
    }

    private static func spawn(_ command: [String], outputPath: String) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A process group of its own keeps the terminal's Ctrl-C from it: `Cleanup` sees to that.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(
            &identifier, command[0], &actions, &attributes, &words, environ)
        guard code == 0 else { throw BenchmarkError("start \(command[0])", errno: code) }
        return identifier
    }
}
