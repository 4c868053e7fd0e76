// From the words of the configuration to those of OpenSSL.

internal import Config
internal import TLS

extension TLSServerSettings {
    /// What a listener says, without what sessions are resumed by.
    init(_ certificates: ListenerCertificates) {
        self.init()
        let configuration = certificates.configuration
        tls = TLSSettings(configuration.preset == .modern ? .modern : .intermediate)
        tls.minimumVersion = TLS.TLSVersion(configuration.versions.lowerBound)
        tls.maximumVersion = TLS.TLSVersion(configuration.versions.upperBound)
        if let ciphers = configuration.ciphers { tls.ciphers = ciphers }
        if let suites = configuration.ciphersuites { tls.cipherSuites = suites }
        if let groups = configuration.groups { tls.groups = groups }
        tls.applicationProtocols = certificates.protocols
        isStrict = configuration.strictSNI
        earlyDataBytesMax = configuration.earlyData ? ControlLimits.earlyDataBytesMax : 0
        sessionScope = certificates.scope
        if let clients = configuration.clientAuth, let authorities = certificates.authorities {
            clientAuthentication = ClientAuthentication(
                mode: clients.mode == .require ? .require : .request, authorities: authorities,
                depthMax: clients.depth)
        }
    }
}

extension TLS.TLSVersion {
    /// A version of the configuration.
    init(_ version: Config.TLSVersion) {
        switch version {
        case .tls12: self = .tls12
        case .tls13: self = .tls13
        }
    }
}

extension TLSSettingsProblem {
    /// The text in the configuration that it is about: that of a setting, or of a certificate.
    func text(in certificates: ListenerCertificates) -> String {
        switch self {
        case .ciphers(let text), .cipherSuites(let text), .groups(let text): text
        case .weakCertificate(let index): certificates.certificates[index].place
        case .noCertificate, .versions, .applicationProtocols, .serverName: ""
        }
    }

    /// What is wrong, with the file that it is about.
    func message(of certificates: ListenerCertificates) -> String {
        guard case .weakCertificate(let index) = self else { return message }
        return "\(certificates.certificates[index].file): \(message)"
    }
}
