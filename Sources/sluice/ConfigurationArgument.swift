// Reading a configuration for a command, with its complaints on standard error.

internal import ArgumentParser
internal import Config

/// Where `run` and `check` look without a FILE.
let defaultConfigurationPath = "/etc/sluice/sluice.yaml"

/// Where commands look for a running process.
let defaultSocketPath = AdminConfiguration().socket

extension LoadResult {
    /// Prints every diagnostic, and a count behind the errors.
    func complain() {
        for diagnostic in diagnostics { Console.complain(diagnostic.text) }
        let errors = diagnostics.count { $0.severity == .error }
        if errors > 0 { Console.complain("\(errors) error\(errors == 1 ? "" : "s")") }
    }
}
