// Certificates as status shows them.

internal import Linux
internal import TLS

extension Supervisor {
    /// The certificates of a listener; nil where clients speak no TLS.
    func certificates(_ entry: ListenerEntry) -> [StatusReport.Certificate]? {
        guard let tls = current?.tls[entry.record.name] else { return nil }
        let now = Clock.realtimeSeconds
        return tls.certificates.certificates.enumerated().map { index, certificate in
            let facts = certificate.chain.facts
            var report = StatusReport.Certificate(
                file: certificate.file, names: facts.names + facts.addresses,
                subject: facts.subject, issuer: facts.issuer, key: "\(facts.keyKind.word)",
                serial: facts.serial, fingerprint: facts.fingerprint,
                notBefore: Timestamp.minute(facts.notBefore),
                notAfter: Timestamp.minute(facts.notAfter), daysLeft: facts.daysLeft(at: now))
            if tls.stapled.contains(index), case .success(let response)? = certificate.status {
                report.stapledUntil =
                    response.nextUpdate.map { Timestamp.minute($0) } ?? "without end"
            }
            return report
        }
    }
}
