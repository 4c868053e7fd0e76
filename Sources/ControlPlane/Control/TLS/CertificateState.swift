// What is remembered of certificates while they are in force: what was told of them, and how often
// they were renewed.

internal import TLS

/// The memory of what is told of certificates.
struct CertificateState {
    /// Times that changed files were taken up, and that they were refused.
    var renewals = (applied: UInt64(0), refused: UInt64(0))
    /// Why the files, as they were last looked at, cannot be used; nil when they can.
    private(set) var problem: String?
    /// When certificates were last looked at, in ms of the loop.
    var lookedAt: UInt64 = 0
    /// When the end of a certificate was last told of, in seconds since 1970, by listener and
    /// fingerprint.
    private var toldAt: [String: Int64] = [:]

    /// Files cannot be used. True when that is news, and so to be told.
    mutating func refuse(_ problem: String) -> Bool {
        renewals.refused += 1
        guard self.problem != problem else { return false }
        self.problem = problem
        return true
    }

    /// Files can be used. True when they could not before.
    mutating func recover() -> Bool {
        defer { problem = nil }
        return problem != nil
    }

    /// What is to be told of the ends of certificates: each once a day.
    ///
    /// - Parameter certificates: Those in force, by listener.
    mutating func warnings(
        _ certificates: [(listener: String, certificate: ServerCertificate)], at now: Int64
    ) -> [(listener: String, certificate: ServerCertificate, words: String)] {
        var told: [String: Int64] = [:]
        var warnings: [(listener: String, certificate: ServerCertificate, words: String)] = []
        for (listener, certificate) in certificates {
            let facts = certificate.chain.facts
            guard let words = ServerCertificate.validity(of: facts, at: now) else { continue }
            let key = "\(listener) \(facts.fingerprint)"
            if let before = toldAt[key], now - before < ControlLimits.expiryWarningSeconds {
                told[key] = before
                continue
            }
            told[key] = now
            warnings.append((listener, certificate, words))
        }
        toldAt = told
        return warnings
    }
}
