// Runs one of the system's small tools and keeps what it prints. It has no timeout and no input, so
// it must not be used for servers or for anything that may hang.

import Glibc

/// What a finished tool printed to standard output, and how it ended.
struct ToolOutput {
    /// The tool could not be run; errno says why.
    struct Failure: Error {
        let command: String
        let code: Int32
    }

    let text: String
    /// The exit status; 128 and the signal if one ended it, 127 if there is no such tool.
    let status: Int32

    /// Runs the program at `path` to its end; its standard error is dropped. The corresponding call
    /// is
    /// `popen(3)`, whose pipe no other child inherits, not even one that another test starts
    /// meanwhile.
    static func of(_ path: String, _ arguments: String...) throws(Failure) -> ToolOutput {
        // `exec` leaves no shell between, so that the status is the program's own.
        let words = ([path] + arguments).map(quoted).joined(separator: " ")
        let command = "exec \(words) 2>/dev/null </dev/null"
        guard let stream = popen(command, "re") else {
            throw Failure(command: command, code: errno)
        }
        let text = Checkout.text(in: stream)
        let state = pclose(stream)
        guard state >= 0 else { throw Failure(command: command, code: errno) }
        let signal = state & 0x7F
        return ToolOutput(text: text, status: signal == 0 ? (state >> 8) & 0xFF : 128 + signal)
    }

    /// A word as the shell takes it literally.
    private static func quoted(_ word: String) -> String {
        "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
