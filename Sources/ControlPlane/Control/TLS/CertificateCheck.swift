// What is wrong with the files of a configuration's TLS, for commands that run nothing.

public import Config
internal import Linux
internal import TLS

/// Looks at certificates, keys and what goes with them.
public enum CertificateCheck {
    /// Everything that is wrong or doubtful about the files that a configuration names. Reads them
    /// all and makes of them what workers would get.
    ///
    /// - Parameters:
    ///   - places: Where the configuration names them.
    ///   - path: The configuration's file, which paths may be relative to.
    public static func diagnostics(
        of configuration: Configuration, _ places: Places, path: String
    ) -> [Diagnostic] {
        let prepared = TLSPreparation(
            configuration, places, TLSFiles(beside: path),
            TLSPreparation.Surroundings(
                known: { _ in nil }, resumption: { _ in ListenerResumption(now: 0) },
                workerCount: 1, now: Clock.realtimeSeconds))
        var findings = prepared.findings
        let upstreams = UpstreamTLSSet.problems(configuration, beside: path)
        for problem in upstreams.errors { findings.error(problem.text, about: problem.file) }
        for problem in upstreams.warnings { findings.warning(problem.text, about: problem.file) }
        return findings.diagnostics
    }
}

extension Clock {
    /// Seconds since 1970.
    static var realtimeSeconds: Int64 { Int64(realtimeNanoseconds / 1_000_000_000) }
}
