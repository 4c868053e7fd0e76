// What must not outlive this program: child processes and temporary directories. It takes them away
// at the normal end and on SIGINT, SIGTERM and SIGHUP alike. (A SIGKILL is covered by the
// parent-death signal of each child; then only the directory stays.)

import Glibc
import Synchronization

final class Cleanup: Sendable {
    static let shared = Cleanup()

    private struct State {
        var processes: Set<pid_t> = []
        var directories: Set<String> = []
    }

    private let state = Mutex(State())

    /// Call on the main thread before any other starts: they inherit that these signals are
    /// blocked, so that the one thread which waits for them gets them.
    func watchSignals() throws {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        _ = try Thread { [signals] in
            var awaited = signals
            var signal: Int32 = 0
            while unsafe sigwait(&awaited, &signal) != 0 {}
            self.everything()
            _exit(128 + signal)
        }
    }

    /// Starts a process under the lock, so that no signal falls between its birth and its entry.
    func start(_ spawn: () throws -> pid_t) rethrows -> pid_t {
        try state.withLock { state in
            let process = try spawn()
            state.processes.insert(process)
            return process
        }
    }

    func ended(_ process: pid_t) {
        state.withLock { _ = $0.processes.remove(process) }
    }

    func adopt(directory: String) {
        state.withLock { _ = $0.directories.insert(directory) }
    }

    /// Ends what still runs, by number, and removes the directories. It keeps the lock, so that
    /// nothing starts any more where a signal brought us here.
    func everything() {
        state.withLock { state in
            let families = state.processes.map { ($0, ChildProcess.children(of: $0)) }
            for (process, _) in families { kill(process, SIGTERM) }
            let deadline = Clock.now() + 1
            for (process, children) in families {
                while waitpid(process, nil, WNOHANG) == 0 {
                    if Clock.now() > deadline {
                        for child in children { kill(child, SIGKILL) }
                        kill(process, SIGKILL)
                    }
                    Clock.pause(seconds: 0.005)
                }
            }
            for directory in state.directories { Files.removeTree(directory) }
            state = State()
        }
    }
}
