// When the files of upstreams' TLS are read, and what is said of them.

internal import Config
internal import Logging

extension Supervisor {
    /// Reads what a configuration on its way into force names. Where it is in force already, and only
    /// what it is made of has changed, a file that is no good any more is told of and changes nothing.
    func upstreamTLS(_ next: Reloading) throws(UpstreamTLS.Problem) -> UpstreamTLSSet {
        var known: [String: UpstreamTLS] = [:]
        for upstream in current?.upstreams ?? [] { known[upstream.record.name] = upstream.tls }
        let set = try UpstreamTLSSet(
            next.configuration, beside: configurationPath, keeping: known,
            keepsKnown: next.cause != .reload, workerCount: workers.count)
        guard next.cause != .reload else {
            next.report.warnings += set.warnings
            return set
        }
        for warning in set.warnings {
            log.warning(
                "configuration", metadata: ["warning": "\(warning)", "subject": "\(warning)"])
        }
        return set
    }
}
