// The exit codes, which the help and the manual page list.

internal import ArgumentParser

extension ExitCode {
    /// The configuration is wrong.
    static let badConfiguration = ExitCode(2)
    /// The admin socket cannot be reached (EX_UNAVAILABLE of sysexits.h).
    static let unreachable = ExitCode(69)
}
