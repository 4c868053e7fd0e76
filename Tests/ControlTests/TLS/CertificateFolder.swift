// A configuration with certificates in a folder of its own, for tests of what is said of them.

import Config
import Glibc
import Support

@testable import Control

/// A folder with `sluice.yaml` and the files that it names.
final class CertificateFolder {
    let directory = TemporaryDirectory()
    /// Seconds since 1970.
    var now = Int64(time(nil))

    var path: String { directory.file("sluice.yaml") }

    /// Writes a file that only its owner may read.
    func write(_ bytes: [UInt8], to name: String) {
        let descriptor = open(directory.file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "cannot write \(name): \(errno)")
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(count == bytes.count, "cannot write \(name): \(errno)")
        close(descriptor)
    }

    /// Writes a certificate with its chain, and its key.
    func write(_ issued: TestAuthority.Issued, to name: String) {
        write(issued.chain, to: "\(name).pem")
        write(issued.key, to: "\(name).key")
    }

    /// Reads a configuration of one listener with these keys of TLS.
    func load(_ tls: String) -> LoadResult {
        directory.write(
            """
            listeners:
              web: { bind: "127.0.0.1:0", protocol: http, upstream: site, tls: \(tls) }
            upstreams: { site: { backends: ["127.0.0.1:1"] } }

            """, to: "sluice.yaml")
        return ConfigurationFile.load(path: path)
    }

    /// Makes TLS of it, as a process does that has `known`.
    func prepare(
        _ loaded: LoadResult, known: [String: ListenerTLS] = [:],
        resumption: ListenerResumption = ListenerResumption(now: 0)
    ) -> TLSPreparation {
        guard let configuration = loaded.configuration else {
            fatalError("\(loaded.diagnostics.map(\.text))")
        }
        return TLSPreparation(
            configuration, loaded.places, TLSFiles(beside: path),
            TLSPreparation.Surroundings(
                known: { known[$0] }, resumption: { _ in resumption }, workerCount: 2, now: now))
    }

    /// What is said of one with these keys, behind the text of the configuration that it is said at.
    func findings(_ tls: String) -> [String] {
        let found = prepare(load(tls)).findings.diagnostics
        let lines = TextFile.read(path).split(separator: "\n", omittingEmptySubsequences: false)
        return found.map { diagnostic in
            let line = diagnostic.line > 0 ? lines[diagnostic.line - 1] : ""
            let text = line.dropFirst(diagnostic.column - 1).prefix(diagnostic.length)
            let words = diagnostic.message.replacing(directory.path + "/", with: "")
            return "\(text) \(diagnostic.severity.rawValue): \(words)"
        }
    }
}
