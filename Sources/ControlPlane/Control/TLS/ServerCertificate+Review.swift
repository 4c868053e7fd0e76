// What is doubtful about a certificate that can be used all the same. Clients judge it too, so none of
// it keeps a listener from serving, and all of it is said.

internal import Config
internal import TLS

extension ServerCertificate {
    /// Says what an operator should know at a time in seconds since 1970.
    ///
    /// - Parameter authorities: Who is known to issue certificates.
    func review(
        at now: Int64, trusting authorities: [TrustedAuthorities], _ findings: inout TLSFindings
    ) {
        for (index, facts) in chain.chainFacts.enumerated() {
            let which = index == 0 ? "the certificate" : "certificate \(index + 1), its issuer's,"
            if let words = Self.validity(of: facts, at: now) {
                findings.warning("\(file): \(which) \(words)", about: place)
            }
        }
        let gaps = authorities.map { chain.gap(trusting: $0) }
        if let problem = gaps.first ?? nil, !gaps.contains(nil) {
            findings.warning(
                "\(file): \(problem.message)", about: place,
                suggestion: "add that certificate behind the others, unless clients have it")
        }
        if isKeyExposed {
            findings.warning(
                "\(keyFile): everybody on this machine may read the private key",
                about: place == file ? keyFile : place, suggestion: "chmod o= \(keyFile)")
        }
        reviewStatus(at: now, &findings)
    }

    private func reviewStatus(at now: Int64, _ findings: inout TLSFindings) {
        guard let statusFile, let status else { return }
        let problem: StatusResponse.Problem?
        switch status {
        case .success(let response): problem = response.problem(at: now)
        case .failure(let found): problem = found
        }
        guard let problem else { return }
        var words = problem.message
        switch problem {
        case .outdated(let time), .notYetValid(let time): words += " (\(Timestamp.date(time)))"
        default: break
        }
        findings.warning("\(statusFile): \(words), so it is not stapled", about: statusFile)
    }

    /// When it ends, or begins, if that is now of interest.
    static func validity(of facts: CertificateFacts, at now: Int64) -> String? {
        if now < facts.notBefore {
            return "is not valid before \(Timestamp.date(facts.notBefore)); clients refuse it"
        }
        let end = Timestamp.date(facts.notAfter)
        if now > facts.notAfter { return "has expired on \(end); clients refuse it" }
        let days = facts.daysLeft(at: now)
        guard days < ControlLimits.expiryWarningDays else { return nil }
        return days == 0
            ? "expires within a day, at \(Timestamp.minute(facts.notAfter))"
            : "expires in \(days) day\(days == 1 ? "" : "s"), on \(end)"
    }
}

extension CertificateFacts {
    /// Whole days that it is still valid; negative when it has expired.
    func daysLeft(at now: Int64) -> Int {
        let seconds = notAfter - now
        return Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    }
}

extension Timestamp {
    /// `2026-01-31` of seconds since 1970.
    static func date(_ seconds: Int64) -> String { String(minute(seconds).prefix(10)) }

    /// `2026-01-31T12:00Z` of seconds since 1970; what lies before them is 1970.
    static func minute(_ seconds: Int64) -> String {
        // To the end of what nanoseconds can count, in the year 2554; certificates go on to 9999.
        let bounded = UInt64(clamping: min(seconds, 18_446_744_073))
        return String(text(bounded * 1_000_000_000).prefix(16)) + "Z"
    }
}
