// The metrics of certificates and of what sessions are resumed by.

internal import TLS

extension Supervisor {
    /// Metrics that listeners with TLS have.
    func addCertificates(_ metrics: inout MetricsText) {
        metrics.begin(
            "sluice_certificate_not_after_timestamp_seconds", .gauge,
            "When a certificate expires, since 1970.")
        let certificates = certificatesInForce
        for (listener, certificate) in certificates {
            metrics.add(
                certificate.chain.facts.notAfter,
                [
                    ("listener", listener), ("file", certificate.file),
                    ("subject", certificate.chain.facts.subject),
                ])
        }
        metrics.begin(
            "sluice_ocsp_next_update_timestamp_seconds", .gauge,
            "When an OCSP response has to be renewed, since 1970.")
        for (listener, certificate) in certificates {
            guard case .success(let response)? = certificate.status,
                let next = response.nextUpdate
            else { continue }
            metrics.add(next, [("listener", listener), ("file", certificate.statusFile ?? "")])
        }
        metrics.begin(
            "sluice_ocsp_stapled", .gauge, "1 while the OCSP response of a file is stapled.")
        for entry in current?.listeners ?? [] {
            guard let tls = current?.tls[entry.record.name] else { continue }
            for (index, certificate) in tls.certificates.certificates.enumerated() {
                guard let file = certificate.statusFile else { continue }
                metrics.add(
                    tls.stapled.contains(index) ? 1 : 0,
                    [("listener", entry.record.name), ("file", file)])
            }
        }
        addTickets(&metrics)
        metrics.begin(
            "sluice_certificate_renewals_total", .counter,
            "Times that changed files of certificates were taken up, or could not be used.")
        metrics.add(certificateState.renewals.applied, [("result", "applied")])
        metrics.add(certificateState.renewals.refused, [("result", "refused")])
        metrics.single(
            "sluice_certificate_last_renewal_successful", .gauge,
            "0 while files of certificates changed to what cannot be used.",
            certificateState.problem == nil ? 1 : 0)
    }

    private func addTickets(_ metrics: inout MetricsText) {
        let listeners = (current?.listeners ?? []).compactMap { entry in
            entry.record.resumption.flatMap { resumption in
                resumption.rule.map { (entry.record.name, resumption, $0) }
            }
        }
        metrics.begin(
            "sluice_ticket_key_age_seconds", .gauge,
            "For how long the newest key of a listener's session tickets has sealed them.")
        for (name, resumption, rule) in listeners {
            metrics.add(
                Double(loop.now - resumption.sealingSince) / 1000,
                [("listener", name), ("source", rule == .file ? "file" : "own")])
        }
        metrics.begin(
            "sluice_ticket_key_rotations_total", .counter, "New keys of session tickets.")
        for (name, resumption, _) in listeners {
            metrics.add(resumption.rotationCount, [("listener", name)])
        }
    }
}
