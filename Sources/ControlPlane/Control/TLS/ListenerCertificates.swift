// Everything that the files of one listener's TLS hold, loaded. A listener's contexts are made of it;
// as long as its files stay what they are it is not loaded anew.

internal import Config
internal import TLS

/// A listener's certificates and the authorities that its clients are checked by.
final class ListenerCertificates {
    let configuration: ListenerTLSConfiguration
    /// What ALPN chooses among.
    let protocols: [String]
    /// In the order of precedence, at least one.
    let certificates: [ServerCertificate]
    /// Whose certificates clients show; nil where nobody is asked.
    let authorities: TrustedAuthorities?
    /// What tells its files from others.
    let digest: [UInt8]
    /// Sessions are taken up only where this is the same: what listener they were of, and by what
    /// its clients were checked.
    let scope: [UInt8]

    private init(
        _ listener: ListenerConfiguration, _ tls: ListenerTLSConfiguration,
        _ certificates: [ServerCertificate], _ authorities: TrustedAuthorities?, digest: [UInt8],
        scope: [UInt8]
    ) {
        configuration = tls
        protocols = tls.protocols(of: listener.protocol)
        self.certificates = certificates
        self.authorities = authorities
        self.digest = digest
        self.scope = scope
    }

    deinit {
        for certificate in certificates { certificate.chain.free() }
        authorities?.free()
    }

    /// Loads what a listener needs; nil after an error was reported.
    ///
    /// - Parameter known: What was loaded for it before; it is returned when nothing is different.
    static func load(
        _ listener: ListenerConfiguration, _ tls: ListenerTLSConfiguration, _ files: TLSFiles,
        known: ListenerCertificates?, _ findings: inout TLSFindings
    ) -> ListenerCertificates? {
        guard let sources = sources(of: tls, files, &findings) else { return nil }
        let digest = digest(of: tls, sources, files)
        if let known, known.configuration == tls, known.digest == digest,
            known.protocols == tls.protocols(of: listener.protocol)
        {
            return known
        }
        var isWhole = true
        var certificates: [ServerCertificate] = []
        for source in sources {
            let loaded = ServerCertificate.load(
                source.configuration, place: source.place, files, &findings)
            if let loaded { certificates.append(loaded) } else { isWhole = false }
        }
        var authorities: TrustedAuthorities?
        var checked: [UInt8] = []
        if let clients = tls.clientAuth {
            authorities = Self.authorities(clients, files, &checked, &findings)
            if authorities == nil { isWhole = false }
        }
        let result = ListenerCertificates(
            listener, tls, certificates, authorities, digest: digest,
            scope: Array(listener.name.utf8) + [0] + checked)
        return isWhole ? result : nil
    }

    /// Says what an operator should know at a time in seconds since 1970.
    func review(at now: Int64, _ findings: inout TLSFindings) {
        let trusted = [SystemAuthorities.store] + [authorities].compactMap(\.self)
        for certificate in certificates {
            certificate.review(at: now, trusting: trusted, &findings)
        }
    }

    // Steps of loading ------------------------------------------------------------------------

    /// A certificate to load, and what stands for it in the configuration.
    private struct Source {
        let configuration: CertificateConfiguration
        let place: String
    }

    /// All certificates: those that are named, then those of the folder.
    private static func sources(
        of tls: ListenerTLSConfiguration, _ files: TLSFiles, _ findings: inout TLSFindings
    ) -> [Source]? {
        var sources = tls.certificates.map { Source(configuration: $0, place: $0.cert) }
        guard let directory = tls.directory else { return sources }
        switch files.certificates(in: directory) {
        case .failure(let unreadable):
            findings.error(unreadable.text, about: directory)
            return nil
        case .success(let found):
            let named = Set(tls.certificates.map(\.cert))
            sources += found.filter { !named.contains($0) }.map {
                Source(configuration: CertificateConfiguration(cert: $0), place: directory)
            }
        }
        guard sources.isEmpty else { return sources }
        findings.error("\(directory): no file there has a name that ends in .pem", about: directory)
        return nil
    }

    /// Of everything that contexts are made of. A file that cannot be read counts as empty: whoever
    /// loads it says so.
    private static func digest(
        of tls: ListenerTLSConfiguration, _ sources: [Source], _ files: TLSFiles
    ) -> [UInt8] {
        var all: [UInt8] = []
        func add(_ path: String?, limit: Int = ControlLimits.certificateBytesMax) {
            guard let path else { return }
            all += Array(path.utf8) + [0]
            if case .success(let content) = files.content(path, limit: limit) {
                all += content.digest
            }
        }
        for source in sources {
            add(source.configuration.cert)
            add(source.configuration.key)
            add(source.configuration.passwordFile)
            add(source.configuration.ocsp)
        }
        add(tls.clientAuth?.ca)
        add(tls.clientAuth?.crl, limit: ControlLimits.revocationBytesMax)
        return TLSFiles.digest(of: all)
    }

    /// Who may issue clients' certificates. `checked` becomes what sessions were checked by.
    private static func authorities(
        _ clients: ClientAuthConfiguration, _ files: TLSFiles, _ checked: inout [UInt8],
        _ findings: inout TLSFindings
    ) -> TrustedAuthorities? {
        let certificates = files.required(clients.ca, about: clients.ca, &findings)
        var revocations: TLSFiles.Content?
        if let path = clients.crl {
            revocations = files.required(
                path, limit: ControlLimits.revocationBytesMax, about: path, &findings)
            if revocations == nil { return nil }
        }
        guard let certificates else { return nil }
        checked = Array(clients.mode.rawValue.utf8) + [0, UInt8(clients.depth)]
        checked += certificates.digest + (revocations?.digest ?? [])
        let loaded = TrustedAuthorities.load(
            certificates: certificates.bytes, revocations: revocations?.bytes)
        switch loaded {
        case .success(let authorities): return authorities
        case .failure(let problem):
            let path = problem == .unreadableRevocations ? clients.crl ?? "" : clients.ca
            findings.error("\(path): \(problem.message)", about: path)
            return nil
        }
    }
}
