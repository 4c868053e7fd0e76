// What is told of certificates: that they changed, that they cannot be used, that they are about to
// expire; and what time alone changes about them.

internal import Linux
internal import Logging
internal import TLS

extension Supervisor {
    /// The certificates in force, in the order of listeners and of precedence.
    var certificatesInForce: [(listener: String, certificate: ServerCertificate)] {
        guard let current else { return [] }
        return current.listeners.flatMap { entry in
            (current.tls[entry.record.name]?.certificates.certificates ?? [])
                .map { (entry.record.name, $0) }
        }
    }

    /// Looks at what time brings: keys of tickets that are old, responses that are out of date,
    /// certificates that are about to expire. Called about once a second.
    func lookAtTLS() {
        guard phase == .running, let current, !current.tls.isEmpty else { return }
        for entry in current.listeners {
            guard entry.record.resumption?.rotateIfDue(loop.now) == true else { continue }
            log.debug("ticket key rotated", metadata: ["listener": "\(entry.record.name)"])
        }
        guard loop.now >= certificateState.lookedAt + ControlLimits.certificateLookMs else {
            return
        }
        certificateState.lookedAt = loop.now
        warnOfExpiry()
        stapleAnew()
    }

    /// Says which certificates are about to expire, or have, once a day.
    private func warnOfExpiry() {
        let warnings = certificateState.warnings(
            certificatesInForce, at: Clock.realtimeSeconds)
        for (listener, certificate, words) in warnings {
            let facts = certificate.chain.facts
            log.warning(
                "certificate \(words)",
                metadata: [
                    "listener": "\(listener)", "file": "\(certificate.file)",
                    "names": "\(facts.shortNames)",
                    "not_after": "\(Timestamp.minute(facts.notAfter))",
                    "subject": "\(listener) \(certificate.file)",
                ])
        }
    }

    /// Has contexts made anew where what they staple has come to its end, or may begin.
    private func stapleAnew() {
        guard let current, reloading == nil else { return }
        let now = Clock.realtimeSeconds
        let stale = current.tls.values.contains { !$0.isCurrent($0.certificates, at: now) }
        guard stale else { return }
        restaple(current)
    }

    /// Certificates of `next` that are not in force, one line each; they are logged as well.
    func certificateChanges(_ next: [String: ListenerTLS]) -> [String] {
        guard let current else { return [] }
        var lines: [String] = []
        for (listener, tls) in next.sorted(by: { $0.key < $1.key }) {
            guard let known = current.tls[listener], known !== tls else { continue }
            let before = Set(known.certificates.certificates.map(\.chain.facts.fingerprint))
            for (index, certificate) in tls.certificates.certificates.enumerated() {
                let facts = certificate.chain.facts
                if !before.contains(facts.fingerprint) {
                    lines.append(
                        "listener \(listener): certificate \(certificate.file) of "
                            + "\(facts.shortNames), until \(Timestamp.minute(facts.notAfter)), "
                            + "SHA-256 \(facts.fingerprint.prefix(16))")
                } else if known.staples(certificate) != tls.stapled.contains(index) {
                    let isStapled = tls.stapled.contains(index)
                    lines.append(
                        "listener \(listener): OCSP response of \(certificate.file) "
                            + (isStapled ? "is stapled" : "is not stapled any more"))
                }
            }
        }
        return lines
    }

    /// Says which certificates came into force.
    func noteRenewed(_ reloading: Reloading) {
        let changes = reloading.certificateChanges
        guard !changes.isEmpty || reloading.cause == .certificates else { return }
        certificateState.renewals.applied += 1
        var lines = Array(changes.prefix(ControlLimits.membershipLinesMax))
        if changes.count > lines.count { lines.append("\(changes.count - lines.count) more") }
        log.info(
            "certificates renewed",
            metadata: ["generation": "\(generation)", "changes": "\(changes.count)"])
        for line in lines {
            log.info("certificate changed", metadata: ["what": "\(line)", "subject": "\(line)"])
        }
    }

    /// Says that files of certificates cannot be used, once for as long as that is so.
    func noteRefusedCertificates(_ problem: String) {
        guard certificateState.refuse(problem) else { return }
        log.error(
            "certificates refused, the old ones stay", metadata: ["error": "\(problem)"])
    }

    /// Says that they can be used again.
    func noteGoodCertificates() {
        if certificateState.recover() { log.info("files of certificates are good again") }
    }
}

extension ListenerTLS {
    /// True when it staples a response to a certificate of the same contents.
    fileprivate func staples(_ certificate: ServerCertificate) -> Bool {
        let fingerprint = certificate.chain.facts.fingerprint
        return stapled.contains {
            certificates.certificates[$0].chain.facts.fingerprint == fingerprint
        }
    }
}

extension CertificateFacts {
    /// What it is for: the first names or addresses, or else the subject.
    var shortNames: String {
        let all = names + addresses
        guard !all.isEmpty else { return subject }
        let rest = all.count > 3 ? " and \(all.count - 3) more" : ""
        return all.prefix(3).joined(separator: ", ") + rest
    }
}
