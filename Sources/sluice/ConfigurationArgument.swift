// Reading a configuration for a command, with its complaints on standard error.

internal import ArgumentParser
internal import Config
internal import Control

/// Where `run` and `check` look without a FILE.
let defaultConfigurationPath = "/etc/sluice/sluice.yaml"

/// Where commands look for a running process.
let defaultSocketPath = AdminConfiguration().socket

extension LoadResult {
    /// Reads a configuration, and the files of certificates and keys that it names.
    static func reading(_ path: String) -> LoadResult {
        var result = ConfigurationFile.load(path: path)
        guard let configuration = result.configuration else { return result }
        let found = CertificateCheck.diagnostics(of: configuration, result.places, path: path)
        result.diagnostics += found
        if found.contains(where: { $0.severity == .error }) { result.configuration = nil }
        return result
    }

    /// Prints every diagnostic, and a count behind the errors.
    func complain() {
        for diagnostic in diagnostics { Console.complain(diagnostic.text) }
        let errors = diagnostics.count { $0.severity == .error }
        if errors > 0 { Console.complain("\(errors) error\(errors == 1 ? "" : "s")") }
    }
}
