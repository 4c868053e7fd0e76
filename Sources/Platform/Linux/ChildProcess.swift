// Children of this process: those it starts, and as process 1 those that it inherits.

internal import CLinux
internal import Glibc

/// Child processes.
public enum ChildProcess {
    /// Reaps every child that has ended. Process 1 of a container inherits orphans, which stay
    /// zombies otherwise.
    public static func reapAll() {
        while cl_reap() > 0 {}
    }

    /// Asks the kernel to end this process when its parent ends (prctl(2), PR_SET_PDEATHSIG).
    public static func endWithParent() { cl_end_with_parent() }

    /// Starts a program with one descriptor of ours under the number `as`, which must not be in use
    /// here for anything that is to survive. Returns its process number. The corresponding call is
    /// `posix_spawn(3)`.
    public static func spawn(
        _ path: String, _ arguments: [String], passing descriptor: Int32, as number: Int32
    ) throws(SystemError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let result = unsafe posix_spawn(&child, path, &actions, nil, &words, environ)
        guard result == 0 else { throw SystemError("posix_spawn", result) }
        return child
    }
}
